import { appendFileSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { replaceFile } from '../settings.ts';

/** Rights of one path, as the host shows them; the local file system need not be able to keep them. */
export type Rights = { readonly mode: number; readonly uid: number; readonly gid: number };

/** Rights by normal POSIX path. A path that was never set has the usual ones of root. */
export type RightsBook = {
  readonly get: (path: string, type: 'file' | 'folder') => Rights;
  readonly set: (path: string, type: 'file' | 'folder', change: Partial<Rights>) => void;
  /** Forgets the path and everything below it. */
  readonly remove: (path: string) => void;
  /** Takes the rights of the path and everything below it to another path, replacing what was there. */
  readonly move: (from: string, to: string) => void;
};

type Line = { readonly path: string; readonly rights: Rights | null };

/**
 * Opens the book kept in one file: a line is appended for every change and written before the caller goes on, so a
 * kill loses nothing that was answered; a line cut by the kill is passed over. Opening writes the file anew, compact.
 */
export async function openRightsBook(file: string): Promise<RightsBook> {
  const book = read(file);
  mkdirSync(dirname(file), { recursive: true });
  await replaceFile(file, [...book].map(([path, rights]) => asLine({ path, rights })).join(''));

  const record = (lines: readonly Line[]) => {
    for (const line of lines) apply(book, line);
    if (lines.length > 0) appendFileSync(file, lines.map(asLine).join(''), { mode: 0o600 });
  };
  const below = (path: string) => [...book.keys()].filter((known) => known === path || known.startsWith(`${path}/`));
  const usual = { file: { mode: 0o644, uid: 0, gid: 0 }, folder: { mode: 0o755, uid: 0, gid: 0 } };

  return {
    get: (path, type) => book.get(path) ?? usual[type],
    set: (path, type, change) => record([{ path, rights: { ...(book.get(path) ?? usual[type]), ...change } }]),
    remove: (path) => record(below(path).map((known) => ({ path: known, rights: null }))),
    move(from, to) {
      const taken = below(from).map((known) => ({ known, rights: book.get(known)! }));
      record([
        ...[...below(to), ...taken.map(({ known }) => known)].map((path) => ({ path, rights: null })),
        ...taken.map(({ known, rights }) => ({ path: to + known.slice(from.length), rights })),
      ]);
    },
  };
}

function read(file: string): Map<string, Rights> {
  const book = new Map<string, Rights>();
  let content = '';
  try {
    content = readFileSync(file, 'utf8');
  } catch {
    return book;
  }
  for (const line of content.split('\n')) {
    try {
      if (line !== '') apply(book, JSON.parse(line) as Line);
    } catch {
      // The line that was being written when the process was killed; its change was never answered.
    }
  }
  return book;
}

function apply(book: Map<string, Rights>, line: Line): void {
  if (line.rights === null) book.delete(line.path);
  else book.set(line.path, line.rights);
}

function asLine(line: Line): string {
  return `${JSON.stringify(line)}\n`;
}
