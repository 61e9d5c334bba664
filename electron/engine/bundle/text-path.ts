/** Ends of names whose files are read into memory as UTF-8 when a bundle is opened; everything else stays a blob. */
const mediaTypes: Readonly<Record<string, string>> = {
  yaml: 'application/yaml',
  yml: 'application/yaml',
  json: 'application/json',
  sql: 'application/sql',
  md: 'text/markdown',
  txt: 'text/plain',
  csv: 'text/csv',
  html: 'text/html',
};

const ending = (path: string): string => path.slice(path.lastIndexOf('.') + 1).toLowerCase();

export function isTextPath(path: string): boolean {
  return ending(path) in mediaTypes;
}

export function mediaTypeOf(path: string): string {
  return mediaTypes[ending(path)] ?? (ending(path) === 'gz' ? 'application/gzip' : 'application/octet-stream');
}
