import { chmod, chown, mkdir, mkdtemp, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../settings.ts';
import { canReach } from './programs.ts';

/** Where the database lives and which account runs it. */
export type DatabasePlace = {
  /** Passable folder that holds the data folder and, where needed, a copy of the programs. */
  readonly folder: string;
  /** Set when this process is root: PostgreSQL refuses to run as root. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  /** To be remembered: the folder is not the site's own. */
  readonly elsewhere: string | undefined;
};

/** The account "nobody" of every common system, which owns no files. */
const nobody = 65534;

/**
 * Chooses the database's folder: below the site's own, or, when this process is root and other accounts cannot pass the
 * way to it (a home with mode 0700), a folder below the system's temporary one.
 */
export async function databasePlace(siteFolder: string, remembered: string | undefined): Promise<DatabasePlace> {
  const own = join(siteFolder, 'database');
  if (process.getuid?.() !== 0) {
    await makeFolder(own);
    return { folder: own, owner: undefined, elsewhere: undefined };
  }
  const uid = await freeAccount();
  const owner = { uid, gid: uid };
  if (remembered !== undefined && (await isOurs(remembered)) && (await canReach(remembered, uid))) {
    return { folder: remembered, owner, elsewhere: remembered };
  }
  await makeFolder(own);
  if (await canReach(own, uid)) return { folder: own, owner, elsewhere: undefined };
  for (const base of [tmpdir(), '/var/tmp', '/tmp']) {
    if (!(await canReach(base, uid)) || !(await isFolder(base))) continue;
    const folder = await mkdtemp(join(base, 'sitewright-practice-'));
    await chmod(folder, 0o711);
    return { folder, owner, elsewhere: folder };
  }
  throw new Error('no folder was found that the account of the database can reach; start as an ordinary user');
}

/** Makes a folder that belongs to the database's account alone. */
export async function makeOwnedFolder(path: string, owner: DatabasePlace['owner']): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  if (owner !== undefined) await chown(path, owner.uid, owner.gid);
}

/** `nobody`, or the first number after the known accounts where a system gives that one a shell to work in. */
async function freeAccount(): Promise<number> {
  const accounts = await readFile('/etc/passwd', 'utf8').catch(() => '');
  const used = new Map(accounts.split('\n').map((line) => [Number(line.split(':')[2]), line.split(':')[0]]));
  if (!used.has(nobody) || used.get(nobody) === 'nobody') return nobody;
  for (let uid = 60_000; ; uid -= 1) if (!used.has(uid)) return uid;
}

/** A remembered folder counts only when it still is root's own: everybody may write to the temporary one. */
async function isOurs(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found?.isDirectory() === true && found.uid === 0;
}

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() === true;
}
