import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SitewrightError } from '../../contract/errors.ts';

/** A look at the lock by another process takes a moment; who wants to work waits that long, ms. */
const patience = 200;

/**
 * One engine at a time works on a site. The lock is an exclusive transaction on a file of its own, held by the operating
 * system: a killed process leaves none behind. Error: site-busy with the holder's process id.
 */
export function lockSite(folder: string, site: string): () => void {
  const holder = join(folder, 'lock.pid');
  const release = lockFile(join(folder, 'lock.db'), (cause) => {
    return new SitewrightError('site-busy', { site, pid: readHolder(holder) }, { cause });
  });
  writeFileSync(holder, `${process.pid}\n`);
  return release;
}

/** True while some process holds the lock. */
export const isSiteLocked = (folder: string): boolean => isLocked(join(folder, 'lock.db'));

/** Holds a file for this process; what it gives lets it go. Throws what `busy` makes where another one holds it. */
export function lockFile(file: string, busy: (cause: unknown) => Error): () => void {
  return holdExclusively(file, patience, (cause) => {
    throw busy(cause);
  });
}

/** True while some process holds the file. */
export function isLocked(file: string): boolean {
  let locked = false;
  holdExclusively(file, 0, () => {
    locked = true;
    return () => undefined;
  })();
  return locked;
}

function holdExclusively(file: string, patienceMs: number, refused: (error: unknown) => () => void): () => void {
  const database = new Database(file, { timeout: patienceMs });
  try {
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    // A read-only folder or a full disk is another matter than a lock that is held.
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error;
    return refused(error);
  }
  return () => void database.close();
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '?';
  }
}
