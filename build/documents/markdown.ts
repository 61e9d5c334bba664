/** Words as the content of a table cell. */
export function cell(words: string): string {
  return words.replaceAll('|', '\\|').replaceAll('\n', '<br>').replaceAll('<', '&lt;').replaceAll('&lt;br>', '<br>');
}
