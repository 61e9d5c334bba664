/** Writes one line to the practice log: standard output is that file. Secrets never reach it. */
export function log(words: string): void {
  process.stdout.write(`${new Date().toISOString()} ${words}\n`);
}
