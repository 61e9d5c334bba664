import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, copyFile, link, lstat, mkdir, readdir, realpath, rm, symlink } from 'node:fs/promises';
import { dirname, join, posix, relative, sep } from 'node:path';
import { PassThrough, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { extract, type Header } from 'tar-stream';
import { PullProblem } from './registry.ts';

/**
 * Unpacks one layer (tar or gzip) over a root folder and checks its uncompressed digest. Nothing is written outside
 * the root: names are resolved inside it, and links are rewritten so that they cannot leave it. Errors: PullProblem.
 */
export async function unpackLayer(
  file: string,
  gzip: boolean,
  diffId: string | undefined,
  root: string,
): Promise<void> {
  const hash = createHash('sha256');
  const watched = new PassThrough();
  watched.on('data', (chunk: Buffer) => hash.update(chunk));
  const entries = extract();
  const stages = [
    createReadStream(file),
    ...(gzip ? [createGunzip()] : []),
    watched,
    entries as unknown as NodeJS.WritableStream,
  ] as const;
  const written = new Set<string>();
  const real = await realpath(root);
  const flow = pipeline(stages);
  try {
    for await (const entry of entries) {
      await writeEntry(real, entry.header, entry as unknown as Readable, written);
      entry.resume();
    }
    await flow;
  } catch (error) {
    await flow.catch(() => undefined);
    throw error instanceof PullProblem
      ? error
      : new PullProblem(`failed to extract layer: ${(error as Error).message}`);
  }
  const found = `sha256:${hash.digest('hex')}`;
  if (diffId !== undefined && found !== diffId)
    throw new PullProblem(`failed to extract layer: wrong diff id calculated ${found}, expected ${diffId}`);
}

async function writeEntry(root: string, header: Header, content: Readable, written: Set<string>): Promise<void> {
  const name = safeName(header.name);
  if (name === '') return;
  const parent = await folderInside(root, posix.dirname(name));
  const base = posix.basename(name);
  if (base === '.wh..wh..opq') {
    // Opaque: what lower layers put into this folder is gone, what this layer wrote stays.
    for (const each of await readdir(parent))
      if (!written.has(join(parent, each))) await rm(join(parent, each), { recursive: true, force: true });
    return;
  }
  if (base.startsWith('.wh.')) return rm(join(parent, base.slice(4)), { recursive: true, force: true });
  const path = join(parent, base);
  for (let at = path; at.length > root.length; at = dirname(at)) written.add(at);
  const before = await lstat(path).catch(() => undefined);
  if (header.type === 'directory') {
    if (before?.isDirectory() !== true) {
      await rm(path, { force: true });
      await mkdir(path);
    }
    return;
  }
  if (before !== undefined) await rm(path, { recursive: true, force: true });
  if (header.type === 'file' || header.type === 'contiguous-file') {
    await pipeline(content, createWriteStream(path, { flags: 'wx' }));
    // The owner can always read and write, so that the cache can be removed again.
    await chmod(path, ((header.mode ?? 0o644) & 0o777) | 0o600);
  } else if (header.type === 'symlink' || header.type === 'link') {
    await writeLink(root, parent, path, header);
  }
  // Devices and pipes have no meaning for a program that runs on this machine.
}

/** Links point to a place inside the root by construction: leading steps up to the root, then names only. */
async function writeLink(root: string, parent: string, path: string, header: Header): Promise<void> {
  const words = header.linkname ?? '';
  const inside = toPosix(relative(root, parent));
  const target =
    header.type === 'link' || words.startsWith('/') ? safeName(words) : safeName(posix.join('/', inside, words));
  if (header.type === 'link') {
    const source = join(await folderInside(root, posix.dirname(target)), posix.basename(target));
    if ((await lstat(source)).isSymbolicLink()) throw new PullProblem(`hard link ${header.name} to a symbolic link`);
    await link(source, path).catch(() => copyFile(source, path));
    return;
  }
  const local = relative(parent, join(root, ...target.split('/'))) || '.';
  await symlink(local, path).catch(async (error: NodeJS.ErrnoException) => {
    // Windows lets only privileged accounts make links: a copy serves as well.
    if (error.code !== 'EPERM') throw error;
    await copyFile(join(parent, local), path).catch(() => undefined);
  });
}

/** Makes the folder and gives its real path; refuses one that a link has moved out of the root. */
async function folderInside(root: string, name: string): Promise<string> {
  let at = root;
  for (const part of name.split('/').filter((each) => each !== '' && each !== '.')) {
    const next = join(at, part);
    await mkdir(next).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    at = await realpath(next);
    if (at !== root && !at.startsWith(root + sep)) throw new PullProblem(`entry ${name} leaves the image's root`);
  }
  return at;
}

/** A name of an archive as a relative path without steps up; one that leads out is refused. */
function safeName(name: string): string {
  if (name.includes('\0') || name.includes('\\') || /^[A-Za-z]:/.test(name))
    throw new PullProblem(`entry name ${JSON.stringify(name)} is not allowed`);
  const plain = posix.normalize(name.replace(/^\/+/, ''));
  if (plain === '..' || plain.startsWith('../')) throw new PullProblem(`entry ${name} leaves the image's root`);
  return plain === '.' ? '' : plain.replace(/\/$/, '');
}

const toPosix = (path: string): string => path.split(sep).join('/');
