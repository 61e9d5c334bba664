import { posix } from 'node:path';
import type ssh2 from 'ssh2';
import { defaultStallMs } from './command.ts';
import type { Connection } from './connection.ts';
import { fileFailure, stalled, unreachable } from './failures.ts';
import { type HostFiles, temporaryPath } from './files.ts';
import type { FileOptions, FileStat } from './host.ts';

/** Status codes of the SFTP protocol, version 3. */
const status = { missing: 2, denied: 3, failure: 4, connectionLost: 7 } as const;
const typeBits = { mask: 0o170000, file: 0o100000, folder: 0o040000, link: 0o120000 } as const;
/** What every server takes in one packet. */
const piece = 32 * 1024;

type SftpError = Error & { readonly code?: number | string };
/** Callback of one SFTP request; servers answer with or without a value. */
type Done<T> = (error: SftpError | null | undefined, value?: T) => void;

/** Opens the SFTP subsystem, undefined where the host has none. */
export function openSftp(connection: Connection): Promise<ssh2.SFTPWrapper | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(stalled(connection.host, 'sftp', defaultStallMs)), defaultStallMs);
    const onLost = (): void => {
      clearTimeout(timer);
      reject(connection.lost.reason as Error);
    };
    connection.lost.addEventListener('abort', onLost, { once: true });
    connection.client.sftp((error, sftp) => {
      clearTimeout(timer);
      connection.lost.removeEventListener('abort', onLost);
      // A later error of the subsystem shows in the request that it breaks.
      sftp?.on('error', () => {});
      resolve(error === undefined || error === null ? sftp : undefined);
    });
  });
}

/** File operations over SFTP: for accounts that own what they write, root above all. */
export function sftpFiles(connection: Connection, sftp: ssh2.SFTPWrapper): HostFiles {
  const { host } = connection;

  /** One request with the stall limit; fails at once when the connection is lost. */
  const ask = <T>(what: string, path: string, request: (done: Done<T>) => void): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const timer = setTimeout(
        () => finish(() => reject(stalled(host, `${what} ${path}`, defaultStallMs))),
        defaultStallMs,
      );
      const onLost = (): void => finish(() => reject(connection.lost.reason as Error));
      const finish = (then: () => void): void => {
        clearTimeout(timer);
        connection.lost.removeEventListener('abort', onLost);
        then();
      };
      if (connection.lost.aborted) return onLost();
      connection.lost.addEventListener('abort', onLost, { once: true });
      try {
        request((error, value) => finish(() => (error ? reject(error) : resolve(value as T))));
      } catch (error) {
        finish(() => reject(error as Error));
      }
    });
  /** For requests that only say whether they went well. */
  const tell = (what: string, path: string, request: (done: Done<void>) => void): Promise<void> =>
    ask<void>(what, path, request);

  /** The failure in the catalogue's terms. A bare "Failure" is what OpenSSH says when the disk is full: it is asked. */
  const explain = async (error: unknown, what: string, path: string): Promise<Error> => {
    const failure = error as SftpError;
    if (typeof failure.code !== 'number') return error as Error;
    if (failure.code === status.connectionLost) return unreachable(host, 'connection lost', error);
    const full = failure.code === status.failure && what === 'write' && (await isFull(path));
    const denied = failure.code === status.denied ? 'permission denied: ' : '';
    return fileFailure(
      host,
      path,
      what,
      full ? `no space left on device (${failure.message})` : `${denied}${failure.message}`,
      failure.code,
    );
  };
  const isFull = async (path: string): Promise<boolean> => {
    try {
      type Space = {
        readonly f_bavail: number;
        readonly f_favail: number;
        readonly f_files: number;
        readonly f_frsize: number;
      };
      const space = await ask<Space>('statvfs', path, (done) =>
        sftp.ext_openssh_statvfs(posix.dirname(path), done as never),
      );
      return (
        Number(space.f_bavail) * Number(space.f_frsize) < piece ||
        (Number(space.f_files) > 0 && Number(space.f_favail) === 0)
      );
    } catch {
      return false;
    }
  };
  const explained = async <T>(what: string, path: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await explain(error, what, path);
    }
  };
  const isMissing = (error: unknown): boolean => (error as SftpError).code === status.missing;

  const stat = async (path: string): Promise<FileStat | undefined> => {
    try {
      return fileStat(await ask<ssh2.Stats>('stat', path, (done) => sftp.lstat(path, done)));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw await explain(error, 'stat', path);
    }
  };

  const unlinkIfThere = async (path: string): Promise<void> => {
    try {
      await tell('remove', path, (done) => sftp.unlink(path, done));
    } catch (error) {
      if (!isMissing(error)) throw error;
    }
  };

  const setOwner = async (path: string, { uid, gid }: FileOptions): Promise<void> => {
    if (uid === undefined && gid === undefined) return;
    const now = fileStat(await ask<ssh2.Stats>('stat', path, (done) => sftp.lstat(path, done)));
    const wanted = { uid: uid ?? now.uid, gid: gid ?? now.gid };
    if (wanted.uid === now.uid && wanted.gid === now.gid) return;
    await tell('owner', path, (done) => sftp.chown(path, wanted.uid, wanted.gid, done));
  };

  const replace = async (from: string, to: string): Promise<void> => {
    try {
      return await tell('rename', to, (done) => sftp.ext_openssh_rename(from, to, done));
    } catch (error) {
      if (typeof (error as SftpError).code === 'number') throw error;
    }
    // Without the POSIX rename some servers refuse to replace: then the old file has to go first.
    try {
      await tell('rename', to, (done) => sftp.rename(from, to, done));
    } catch (error) {
      if ((await stat(to)) === undefined) throw error;
      await unlinkIfThere(to);
      await tell('rename', to, (done) => sftp.rename(from, to, done));
    }
  };

  const writeFile = async (path: string, content: Buffer, options: FileOptions): Promise<void> => {
    const part = temporaryPath(path);
    await unlinkIfThere(part);
    const handle = await ask<Buffer>('write', path, (done) => sftp.open(part, 'wx', { mode: 0o600 }, done));
    try {
      try {
        for (let offset = 0; offset < content.length; offset += piece) {
          const length = Math.min(piece, content.length - offset);
          await tell('write', path, (done) => sftp.write(handle, content, offset, length, offset, done));
        }
        // Not every server offers it; the rename below is atomic either way.
        await tell('sync', path, (done) => sftp.ext_openssh_fsync(handle, done)).catch(() => undefined);
      } finally {
        await tell('close', path, (done) => sftp.close(handle, done));
      }
      await setOwner(part, options);
      await tell('mode', path, (done) => sftp.chmod(part, options.mode, done));
      await replace(part, path);
    } catch (error) {
      // The cause is asked for before the part goes: a full disk looks empty afterwards.
      const cause = await explain(error, 'write', path);
      await unlinkIfThere(part).catch(() => undefined);
      throw cause;
    }
  };

  const makeFolder = async (path: string, options: FileOptions): Promise<void> => {
    const missing: string[] = [];
    for (let at = path; at !== '/' && at !== '.'; at = posix.dirname(at)) {
      const found = await stat(at);
      if (found !== undefined) break;
      missing.unshift(at);
    }
    for (const folder of missing) {
      const mode = folder === path ? options.mode : 0o755;
      await tell('folder', folder, (done) => sftp.mkdir(folder, { mode }, done)).catch(async (error: unknown) => {
        // Another channel may have made it in the meantime.
        if ((await stat(folder))?.type !== 'folder') throw error;
      });
    }
    await setOwner(path, options);
    await tell('mode', path, (done) => sftp.chmod(path, options.mode, done));
  };

  return {
    stat,
    readFile: async (path) => {
      try {
        return await ask<Buffer>('read', path, (done) => sftp.readFile(path, done));
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw await explain(error, 'read', path);
      }
    },
    writeFile: (path, content, options) => explained('write', path, () => writeFile(path, content, options)),
    makeFolder: (path, options) => explained('folder', path, () => makeFolder(path, options)),
    list: async (path) => {
      try {
        const entries = await ask<ssh2.FileEntryWithStats[]>('list', path, (done) => sftp.readdir(path, done));
        return entries.map((entry) => entry.filename).sort();
      } catch (error) {
        if (isMissing(error)) return [];
        throw await explain(error, 'list', path);
      }
    },
    remove: (path) =>
      explained('remove', path, async () => {
        const found = await stat(path);
        if (found === undefined) return;
        if (found.type === 'folder') await tell('remove', path, (done) => sftp.rmdir(path, done));
        else await unlinkIfThere(path);
      }),
  };
}

function fileStat(stats: ssh2.Stats | ssh2.Attributes): FileStat {
  const kind = stats.mode & typeBits.mask;
  const type =
    kind === typeBits.file ? 'file' : kind === typeBits.folder ? 'folder' : kind === typeBits.link ? 'link' : 'other';
  return { type, size: stats.size, mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid };
}
