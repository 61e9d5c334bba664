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
  const release = holdExclusively(join(folder, 'lock.db'), patience, (error) => {
    throw new SitewrightError('site-busy', { site, pid: readHolder(holder) }, { cause: error });
  });
  writeFileSync(holder, `${process.pid}\n`);
  return release;
}

/** True while some process holds the lock. */
export function isSiteLocked(folder: string): boolean {
  let locked = false;
  holdExclusively(join(folder, 'lock.db'), 0, () => {
    locked = true;
    return () => undefined;
  })();
  return locked;
}

/** Holds a file for this process, or says what else there is where another one does. What it gives lets the file go. */
export function holdExclusively(file: string, patienceMs: number, refused: (error: unknown) => () => void): () => void {
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
