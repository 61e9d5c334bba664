import { randomInt } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What a practice site's folder remembers in `practice.json`, so that it has the same addresses when opened again. */
export type PracticeSettings = {
  readonly format: 1;
  /** Port by service: `ssh/<host>`, `registry`, `database`. */
  readonly ports: Readonly<Record<string, number>>;
  /** Number of hosts, where it is not the usual one. */
  readonly hosts?: number;
  /** Folder of the database and its programs where the site's own cannot be reached by the database's account. */
  readonly databaseFolder?: string;
};

export const loopback = '127.0.0.1';

/** Reads the folder's settings; a missing or unreadable file is a new site. */
export async function readSettings(folder: string): Promise<PracticeSettings> {
  try {
    const settings = JSON.parse(await readFile(join(folder, 'practice.json'), 'utf8')) as PracticeSettings;
    if (settings.format === 1) return settings;
  } catch {
    // None yet.
  }
  return { format: 1, ports: {} };
}

/** Replaces the folder's settings as a whole, atomically. */
export async function writeSettings(folder: string, settings: PracticeSettings): Promise<void> {
  await replaceFile(join(folder, 'practice.json'), `${JSON.stringify(settings, undefined, 2)}\n`);
}

/** Writes a file beside its place and renames it there, so that a kill leaves the old or the new one, never half. */
export async function replaceFile(path: string, content: string | Uint8Array, mode = 0o600): Promise<void> {
  const partial = `${path}.${process.pid}-${randomInt(2 ** 32)}.partial`;
  try {
    await writeFile(partial, content, { mode });
    await rename(partial, path);
  } finally {
    await rm(partial, { force: true });
  }
}

/** Makes a folder and its parents. As root it stays passable, because the database runs as another account. */
export async function makeFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
}
