import { fileURLToPath } from 'node:url';

/** File of a program's entry: the source beside the asking one, or what was built of it beside the built asking file. */
export function entryFile(from: string, source: string, built: string): string {
  return fileURLToPath(new URL(from.endsWith('.ts') ? source : built, from));
}
