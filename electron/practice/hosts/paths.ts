import { lstat, realpath } from 'node:fs/promises';
import { dirname, join, posix, sep } from 'node:path';

/** Characters that Windows refuses in a name, as in `certs.d/registry.example:5000`, and the escape sign itself. */
const refusedOnWindows = /[<>:"\\|?*%\u0000-\u001f]|[. ]$/g;

/**
 * The local path that stands for an absolute POSIX path of a host. `..` never climbs above the root.
 * On Windows, signs that its file systems refuse are written as %XX.
 */
export function localPath(root: string, path: string): string {
  const parts = normalPath(path).split('/').filter(Boolean);
  return join(root, ...(process.platform === 'win32' ? parts.map(windowsName) : parts));
}

/** The name on the host of a local folder entry: undoes `localPath`. */
export function hostName(entry: string): string {
  return process.platform === 'win32' ? decodeURIComponent(entry) : entry;
}

/** An absolute POSIX path without `.`, `..`, doubled or closing slashes. A relative one starts at root's home. */
export function normalPath(path: string): string {
  if (path.includes('\0')) throw new PathError(path);
  const whole = posix.normalize(path.startsWith('/') ? path : `/root/${path}`);
  return whole.length > 1 && whole.endsWith('/') ? whole.slice(0, -1) : whole;
}

/** A path that does not stay inside the host's root. */
export class PathError extends Error {
  readonly code = 'EACCES';
  constructor(path: string) {
    super(`path leads out of the host: ${JSON.stringify(path)}`);
  }
}

/**
 * The local path, proven to lie inside the root even where a symbolic link stands on the way.
 * Errors: PathError.
 */
export async function containedPath(root: string, path: string): Promise<string> {
  const local = localPath(root, path);
  const base = await realpath(root);
  let existing = local;
  while (!(await exists(existing)) && dirname(existing) !== existing) existing = dirname(existing);
  const real = await realpath(existing).catch(() => undefined);
  if (real === undefined || (real !== base && !real.startsWith(base + sep))) throw new PathError(path);
  return local;
}

async function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}

function windowsName(name: string): string {
  return name.replace(refusedOnWindows, (sign) => `%${sign.charCodeAt(0).toString(16).padStart(2, '0')}`);
}
