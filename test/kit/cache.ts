import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

/** Where tests and benchmarks keep what takes long to get, in the account's cache folder. */
export const cacheFolder = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sitewright-test');

/**
 * A folder or file of the cache, made at the first call; a test that wants what another is making waits for it. It is made
 * aside and put in place at once: whoever finds it finds it whole. `make` gets an empty folder, `taken` is what is kept of it.
 */
export async function madeOnce(name: string, make: (aside: string) => Promise<void>, taken = '.'): Promise<string> {
  const place = join(cacheFolder, name);
  if (existsSync(place)) return place;
  await mkdir(dirname(place), { recursive: true });
  const release = await lock(`${place}.lock`);
  try {
    if (existsSync(place)) return place;
    const aside = await mkdtemp(`${place}-`);
    try {
      await make(aside);
      await rename(join(aside, taken), place);
    } finally {
      await rm(aside, { recursive: true, force: true });
    }
  } finally {
    await release();
  }
  return place;
}

/** Held by one process at a time; that of a process that is gone is taken over. */
async function lock(file: string): Promise<() => Promise<void>> {
  for (;;) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch {
      const holder = Number(await readFile(file, 'utf8').catch(() => ''));
      // An empty file is one that is being written at this moment.
      if (holder > 0 && !isAlive(holder)) await rm(file, { force: true });
      await wait(200);
    }
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
