import ssh2, { type Attributes, type SFTPWrapper } from 'ssh2';
import type { FileChange, OpenFile, WritableFiles } from './files.ts';
import type { HostFileStat } from './model.ts';
import { normalPath } from './paths.ts';

const { STATUS_CODE, OPEN_MODE } = ssh2.utils.sftp;

type Folder = { readonly path: string; read: boolean };
type Handle = { readonly file: OpenFile } | { readonly folder: Folder };

/** Longest answer to one read, bytes; below what every client takes in a packet. */
const longestRead = 32_768;

/** Serves one SFTP session over a host's files. */
export function serveSftp(sftp: SFTPWrapper, files: WritableFiles): void {
  const handles = new Map<string, Handle>();
  let lastHandle = 0;

  const keep = (handle: Handle) => {
    lastHandle += 1;
    handles.set(String(lastHandle), handle);
    return Buffer.from(String(lastHandle));
  };
  const handleOf = (name: Buffer) => handles.get(name.toString());
  const fileOf = (name: Buffer) => {
    const handle = handleOf(name);
    if (handle === undefined || !('file' in handle))
      throw Object.assign(new Error('Invalid handle'), { code: 'EBADF' });
    return handle.file;
  };
  /** Requests are served in the order in which they came, as OpenSSH does: a client may send close and rename at once. */
  let before: Promise<unknown> = Promise.resolve();
  /** Runs one request and answers with its status, unless `work` has answered itself. */
  const answer = (request: number, work: () => Promise<unknown>) => {
    before = before.then(work).then(
      (result) => {
        if (result !== 'answered') sftp.status(request, STATUS_CODE.OK);
      },
      (error: NodeJS.ErrnoException) => sftp.status(request, statusOf(error.code), wordsOf(error)),
    );
  };
  const attributes = async (request: number, path: string) => {
    sftp.attrs(request, asAttributes(await files.statOrThrow(path)));
    return 'answered' as const;
  };

  sftp.on('OPEN', (request, path, flags, attrs) =>
    answer(request, async () => {
      const has = (flag: number) => (flags & flag) !== 0;
      const file = await files.open(
        path,
        {
          read: has(OPEN_MODE.READ),
          write: has(OPEN_MODE.WRITE) || has(OPEN_MODE.APPEND),
          append: has(OPEN_MODE.APPEND),
          create: has(OPEN_MODE.CREAT),
          truncate: has(OPEN_MODE.TRUNC),
          exclusive: has(OPEN_MODE.EXCL),
        },
        attrs.mode,
      );
      sftp.handle(request, keep({ file }));
      return 'answered';
    }),
  );
  sftp.on('READ', (request, name, offset, length) =>
    answer(request, async () => {
      const buffer = Buffer.alloc(Math.min(length, longestRead));
      const { bytesRead } = await fileOf(name).handle.read(buffer, 0, buffer.length, offset);
      if (bytesRead === 0) sftp.status(request, STATUS_CODE.EOF);
      else sftp.data(request, buffer.subarray(0, bytesRead));
      return 'answered';
    }),
  );
  // The packet's buffer is used again by ssh2 for the next one: the content is copied before anything is awaited.
  sftp.on('WRITE', (request, name, offset, data) => {
    const content = Buffer.from(data);
    answer(request, async () => files.write(fileOf(name), content, offset));
  });
  sftp.on('CLOSE', (request, name) =>
    answer(request, async () => {
      const handle = handleOf(name);
      handles.delete(name.toString());
      if (handle !== undefined && 'file' in handle) await handle.file.handle.close();
    }),
  );
  sftp.on('FSTAT', (request, name) => answer(request, async () => attributes(request, fileOf(name).path)));
  sftp.on('STAT', (request, path) => answer(request, () => attributes(request, path)));
  sftp.on('LSTAT', (request, path) => answer(request, () => attributes(request, path)));
  sftp.on('SETSTAT', (request, path, attrs) => answer(request, () => files.change(path, asChange(attrs))));
  sftp.on('FSETSTAT', (request, name, attrs) =>
    answer(request, async () => files.change(fileOf(name).path, asChange(attrs))),
  );
  sftp.on('OPENDIR', (request, path) =>
    answer(request, async () => {
      if ((await files.statOrThrow(path)).type !== 'folder') throw Object.assign(new Error(), { code: 'ENOTDIR' });
      sftp.handle(request, keep({ folder: { path: normalPath(path), read: false } }));
      return 'answered';
    }),
  );
  sftp.on('READDIR', (request, name) =>
    answer(request, async () => {
      const handle = handleOf(name);
      if (handle === undefined || !('folder' in handle))
        throw Object.assign(new Error('Invalid handle'), { code: 'EBADF' });
      const entries = handle.folder.read ? [] : await files.entries(handle.folder.path);
      handle.folder.read = true;
      if (entries.length === 0) {
        sftp.status(request, STATUS_CODE.EOF);
      } else {
        const rows = entries.map(({ name, stat }) => ({
          filename: name,
          longname: longName(name, stat),
          attrs: asAttributes(stat),
        }));
        sftp.name(request, rows);
      }
      return 'answered';
    }),
  );
  sftp.on('MKDIR', (request, path, attrs) => answer(request, () => files.makeFolder(path, attrs.mode)));
  sftp.on('RMDIR', (request, path) => answer(request, () => files.removeFolder(path)));
  sftp.on('REMOVE', (request, path) => answer(request, () => files.removeFile(path)));
  sftp.on('RENAME', (request, from, to) => answer(request, () => files.rename(from, to)));
  sftp.on('REALPATH', (request, path) =>
    answer(request, async () => {
      const whole = normalPath(path === '' ? '.' : path);
      sftp.name(request, [{ filename: whole, longname: whole, attrs: asAttributes(nothing) }]);
      return 'answered';
    }),
  );
  sftp.on('EXTENDED', (request, name, data) =>
    answer(request, async () => {
      const fields = readFields(data);
      if (name === 'posix-rename@openssh.com' && fields.length === 2) {
        await files.rename(fields[0]!.toString('utf8'), fields[1]!.toString('utf8'));
      } else if (name === 'fsync@openssh.com' && fields.length === 1) {
        await fileOf(fields[0]!).handle.sync();
      } else {
        sftp.status(request, STATUS_CODE.OP_UNSUPPORTED);
        return 'answered';
      }
    }),
  );

  const closeAll = () => {
    for (const handle of handles.values()) if ('file' in handle) void handle.file.handle.close().catch(() => undefined);
    handles.clear();
  };
  sftp.on('end', closeAll);
  sftp.on('close', closeAll);
}

const nothing: HostFileStat = { type: 'folder', size: 0, mode: 0o755, uid: 0, gid: 0, mtimeMs: 0 };

function asAttributes(stat: HostFileStat): Attributes {
  const seconds = Math.floor(stat.mtimeMs / 1000);
  const kind = stat.type === 'folder' ? 0o040000 : 0o100000;
  return { mode: kind | stat.mode, uid: stat.uid, gid: stat.gid, size: stat.size, atime: seconds, mtime: seconds };
}

/** Only what the request carried; ssh2 leaves the rest undefined. */
function asChange(attrs: Attributes): FileChange {
  const given: Partial<Attributes> = attrs;
  return {
    ...(given.mode === undefined ? {} : { mode: given.mode & 0o7777 }),
    ...(given.uid === undefined || given.gid === undefined ? {} : { uid: given.uid, gid: given.gid }),
    ...(given.size === undefined ? {} : { size: given.size }),
    ...(given.atime === undefined || given.mtime === undefined ? {} : { atime: given.atime, mtime: given.mtime }),
  };
}

function longName(name: string, stat: HostFileStat): string {
  const bits = ['x', 'w', 'r'];
  const rights = Array.from({ length: 9 }, (_, at) => ((stat.mode >> (8 - at)) & 1 ? bits[(8 - at) % 3] : '-')).join(
    '',
  );
  const day = new Date(stat.mtimeMs).toISOString().slice(0, 10);
  return `${stat.type === 'folder' ? 'd' : '-'}${rights} 1 ${stat.uid} ${stat.gid} ${stat.size} ${day} ${name}`;
}

/** The length-prefixed fields of an extended request. */
function readFields(data: Buffer | undefined): readonly Buffer[] {
  const fields: Buffer[] = [];
  for (let at = 0; data !== undefined && at + 4 <= data.length; ) {
    const length = data.readUInt32BE(at);
    fields.push(data.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return fields;
}

function statusOf(code: string | undefined): number {
  if (code === 'ENOENT') return STATUS_CODE.NO_SUCH_FILE;
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') return STATUS_CODE.PERMISSION_DENIED;
  return STATUS_CODE.FAILURE;
}

/** Words without the local path that Node's errors carry. */
function wordsOf(error: NodeJS.ErrnoException): string {
  const known: Readonly<Record<string, string>> = {
    ENOSPC: 'No space left on device',
    ENOENT: 'No such file or directory',
    EACCES: 'Permission denied',
    EPERM: 'Permission denied',
    EEXIST: 'File exists',
    ENOTEMPTY: 'Directory not empty',
    ENOTDIR: 'Not a directory',
    EISDIR: 'Is a directory',
    EBADF: 'Invalid handle',
  };
  return known[error.code ?? ''] ?? 'Failure';
}
