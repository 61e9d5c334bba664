import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { SitewrightError } from '../../contract/errors.ts';

/**
 * One engine at a time works on a site. The lock is an exclusive transaction on a file of its own, held by the operating
 * system: a killed process leaves none behind. Error: site-busy with the holder's process id.
 */
export function lockSite(folder: string, site: string): () => void {
  const database = new Database(join(folder, 'lock.db'));
  const holder = join(folder, 'lock.pid');
  try {
    database.pragma('busy_timeout = 0');
    database.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    throw new SitewrightError('site-busy', { site, pid: readHolder(holder) }, { cause: error });
  }
  writeFileSync(holder, `${process.pid}\n`);
  return () => database.close();
}

/** True while some process holds the lock. */
export function isSiteLocked(folder: string, site: string): boolean {
  try {
    lockSite(folder, site)();
    return false;
  } catch (error) {
    if (error instanceof SitewrightError && error.code === 'site-busy') return true;
    throw error;
  }
}

function readHolder(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '?';
  }
}
