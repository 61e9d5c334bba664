import { posix } from 'node:path';
import type { FileOptions, FileStat } from './host.ts';

/** File operations of a host, whichever way they travel. Same meaning as in `RemoteHost`. */
export type HostFiles = {
  readonly readFile: (path: string) => Promise<Buffer | undefined>;
  readonly writeFile: (path: string, content: Buffer, options: FileOptions) => Promise<void>;
  readonly makeFolder: (path: string, options: FileOptions) => Promise<void>;
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  readonly list: (path: string) => Promise<readonly string[]>;
  readonly remove: (path: string) => Promise<void>;
};

/**
 * The temporary file beside a target. Its name is always the same, so that the attempt after a kill replaces what
 * the killed one left behind.
 */
export function temporaryPath(path: string): string {
  return posix.join(posix.dirname(path), `.${posix.basename(path)}.sitewright`);
}
