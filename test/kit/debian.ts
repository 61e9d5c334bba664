import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Packages of a Debian machine, unpacked into the account's cache folder: real servers for tests without installing them. */
export type Unpacked = {
  readonly root: string;
  /** Folder of the shared libraries in it, where it has any. */
  readonly libraries: string | undefined;
};

/**
 * Downloads and unpacks packages once; later calls find them in the cache.
 * Throws with the reason where there is no Debian or no package source.
 */
export async function unpackDebianPackages(name: string, packages: readonly string[]): Promise<Unpacked> {
  if (process.platform !== 'linux') throw new Error(`no Debian packages on ${process.platform}`);
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sitewright-test', name);
  const root = join(cache, 'root');
  if (!existsSync(join(root, 'complete'))) {
    await rm(cache, { recursive: true, force: true });
    await mkdir(root, { recursive: true });
    download(cache, packages);
    for (const file of await readdir(cache)) {
      if (file.endsWith('.deb')) execFileSync('dpkg-deb', ['-x', join(cache, file), root], { stdio: 'pipe' });
    }
    await writeFile(join(root, 'complete'), '');
  }
  const library = existsSync(join(root, 'usr/lib'))
    ? (await readdir(join(root, 'usr/lib'))).find((entry) => entry.endsWith('-linux-gnu'))
    : undefined;
  return { root, libraries: library === undefined ? undefined : join(root, 'usr/lib', library) };
}

function download(folder: string, packages: readonly string[]): void {
  const fetch = () =>
    execFileSync('apt-get', ['download', ...packages], { cwd: folder, stdio: 'pipe', timeout: 120_000 });
  try {
    fetch();
  } catch {
    // A new machine has no package lists yet.
    execFileSync('apt-get', ['update', '-q'], { stdio: 'pipe', timeout: 300_000 });
    fetch();
  }
}

/** The part, or why a test goes without it; in CI a missing part is an error. */
export async function orSkipped<T>(part: () => Promise<T>, words: string): Promise<T | { readonly skipped: string }> {
  try {
    return await part();
  } catch (error) {
    const skipped = `${words}: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env.CI === 'true') throw new Error(skipped, { cause: error });
    return { skipped };
  }
}
