import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { madeOnce } from './cache.ts';

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
  const cache = await madeOnce(`debian/${name}`, async (aside) => {
    download(aside, packages);
    for (const file of await readdir(aside)) {
      if (file.endsWith('.deb'))
        execFileSync('dpkg-deb', ['-x', join(aside, file), join(aside, 'root')], { stdio: 'pipe' });
    }
  });
  const root = join(cache, 'root');
  const library = existsSync(join(root, 'usr/lib'))
    ? (await readdir(join(root, 'usr/lib'))).find((entry) => entry.endsWith('-linux-gnu'))
    : undefined;
  return { root, libraries: library === undefined ? undefined : join(root, 'usr/lib', library) };
}

function download(folder: string, packages: readonly string[]): void {
  const fetch = () =>
    execFileSync('apt-get', ['download', ...packages], { cwd: folder, stdio: 'pipe', timeout: 120_000 });
  withPackageLists(fetch);
}

/** Installs packages on the machine itself; root only. Waits while another test installs. */
export function installDebianPackages(packages: readonly string[]): void {
  if (process.getuid?.() !== 0) throw new Error(`needs Debian's ${packages.join(', ')}`);
  withPackageLists(() => {
    const quietly = ['-y', '-q', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=300'];
    execFileSync('apt-get', ['install', ...quietly, ...packages], {
      stdio: 'pipe',
      timeout: 600_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
  });
}

/** Runs a command that needs the lists of Debian's packages; a new machine has none yet, and only one test at a time may get them. */
function withPackageLists(work: () => void): void {
  try {
    work();
  } catch {
    const lock = join(tmpdir(), 'sitewright-apt.lock');
    execFileSync('flock', [lock, 'apt-get', 'update', '-q'], { stdio: 'pipe', timeout: 600_000 });
    work();
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
