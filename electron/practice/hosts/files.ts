import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  rmdir,
  stat,
  truncate,
  utimes,
} from 'node:fs/promises';
import { dirname, posix } from 'node:path';
import type { Rights, RightsBook } from './metadata.ts';
import type { HostFileStat, HostFiles } from './model.ts';
import { containedPath, hostName, localPath, normalPath } from './paths.ts';

/** A POSIX error of a host's file system; the code is an errno name. */
export class FileError extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** Changes that setstat can make; times in seconds since 1970. */
export type FileChange = Partial<Rights> & { readonly size?: number; readonly atime?: number; readonly mtime?: number };

/** How a file is opened. */
export type OpenFlags = {
  readonly read: boolean;
  readonly write: boolean;
  readonly append: boolean;
  readonly create: boolean;
  readonly truncate: boolean;
  readonly exclusive: boolean;
};

export type OpenFile = { readonly path: string; readonly handle: FileHandle; readonly append: boolean };

/** A host's files with the changes that SFTP and scripts make. All throw errors with an errno name as `code`. */
export type WritableFiles = HostFiles & {
  readonly statOrThrow: (path: string) => Promise<HostFileStat>;
  readonly entries: (path: string) => Promise<readonly { readonly name: string; readonly stat: HostFileStat }[]>;
  readonly open: (path: string, flags: OpenFlags, mode: number | undefined) => Promise<OpenFile>;
  /** Counts against the planted limit. Errors: ENOSPC. */
  readonly write: (file: OpenFile, data: Uint8Array, position: number) => Promise<void>;
  readonly change: (path: string, change: FileChange) => Promise<void>;
  readonly makeFolder: (path: string, mode: number | undefined) => Promise<void>;
  readonly removeFolder: (path: string) => Promise<void>;
  readonly removeFile: (path: string) => Promise<void>;
  /** Replaces what stands at the target, as rename(2) does. */
  readonly rename: (from: string, to: string) => Promise<void>;
  /** Whole file at once, for a host's base files; parents are made. */
  readonly put: (path: string, content: string | Uint8Array, rights?: Partial<Rights>) => Promise<void>;
};

/** `take` is asked before bytes are written: false when the planted limit is used up. */
export function hostFiles(root: string, rights: RightsBook, take: (bytes: number) => boolean): WritableFiles {
  const statOrThrow = async (path: string): Promise<HostFileStat> => {
    const found = await stat(await containedPath(root, path));
    const type = found.isDirectory() ? 'folder' : 'file';
    return {
      type,
      size: type === 'file' ? found.size : 0,
      mtimeMs: found.mtimeMs,
      ...rights.get(normalPath(path), type),
    };
  };
  const orUndefined = <T>(found: Promise<T>) => found.catch(() => undefined);
  const names = async (path: string) => (await readdir(await containedPath(root, path))).map(hostName).sort();
  const demand = (bytes: number) => {
    if (!take(bytes)) throw new FileError('ENOSPC', 'No space left on device');
  };

  return {
    statOrThrow,
    stat: (path) => orUndefined(statOrThrow(path)),
    read: (path) => orUndefined(containedPath(root, path).then((local) => readFile(local))),
    list: async (path) => (await orUndefined(names(path))) ?? [],
    entries: async (path) => {
      const found = await Promise.all(
        (await names(path)).map(async (name) => ({
          name,
          stat: await orUndefined(statOrThrow(posix.join(path, name))),
        })),
      );
      return found.flatMap(({ name, stat }) => (stat === undefined ? [] : [{ name, stat }]));
    },
    async open(path, flags, mode) {
      const whole = normalPath(path);
      const local = await containedPath(root, whole);
      const before = await orUndefined(stat(local));
      if (before?.isDirectory()) throw new FileError('EISDIR', 'Is a directory');
      if (before !== undefined && flags.create && flags.exclusive) throw new FileError('EEXIST', 'File exists');
      if (before === undefined && !flags.create) throw new FileError('ENOENT', 'No such file or directory');
      const fresh = before === undefined || (flags.write && flags.truncate);
      const handle = await open(local, fresh ? (flags.read ? 'w+' : 'w') : flags.write ? 'r+' : 'r', 0o600);
      if (before === undefined) rights.set(whole, 'file', { mode: (mode ?? 0o644) & 0o7777, uid: 0, gid: 0 });
      return { path: whole, handle, append: flags.append };
    },
    async write(file, data, position) {
      demand(data.length);
      const start = file.append ? (await file.handle.stat()).size : position;
      let done = 0;
      while (done < data.length) {
        done += (await file.handle.write(data, done, data.length - done, start + done)).bytesWritten;
      }
    },
    async change(path, change) {
      const whole = normalPath(path);
      const local = await containedPath(root, whole);
      const before = await statOrThrow(whole);
      const { size, atime, mtime, ...kept } = change;
      if (size !== undefined && before.type === 'file') {
        demand(Math.max(0, size - before.size));
        await truncate(local, size);
      }
      if (atime !== undefined && mtime !== undefined) await utimes(local, atime, mtime);
      if (Object.keys(kept).length > 0) rights.set(whole, before.type, kept);
    },
    async makeFolder(path, mode) {
      const whole = normalPath(path);
      await mkdir(await containedPath(root, whole));
      rights.set(whole, 'folder', { mode: (mode ?? 0o755) & 0o7777, uid: 0, gid: 0 });
    },
    async removeFolder(path) {
      const whole = normalPath(path);
      if (whole === '/') throw new FileError('EBUSY', 'Device or resource busy');
      await rmdir(await containedPath(root, whole));
      rights.remove(whole);
    },
    async removeFile(path) {
      const whole = normalPath(path);
      if ((await statOrThrow(whole)).type === 'folder') throw new FileError('EISDIR', 'Is a directory');
      await rm(await containedPath(root, whole));
      rights.remove(whole);
    },
    async rename(from, to) {
      const [source, target] = [normalPath(from), normalPath(to)];
      if (source === target) return;
      await rename(await containedPath(root, source), await containedPath(root, target));
      rights.move(source, target);
    },
    async put(path, content, given = {}) {
      const whole = normalPath(path);
      const local = localPath(root, whole);
      await mkdir(dirname(local), { recursive: true });
      const handle = await open(local, 'w', 0o600);
      try {
        await handle.writeFile(content);
      } finally {
        await handle.close();
      }
      rights.set(whole, 'file', { mode: 0o644, uid: 0, gid: 0, ...given });
    },
  };
}
