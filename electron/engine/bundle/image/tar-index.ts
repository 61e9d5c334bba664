import { createReadStream } from 'node:fs';
import { posix } from 'node:path';
import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract } from 'tar-stream';

/** The files of a tar by their paths, read where they lie: nothing is unpacked. */
export type TarIndex = {
  readonly size: (path: string) => number | undefined;
  readonly open: (path: string) => Readable;
  readonly read: (path: string) => Promise<Buffer | undefined>;
};

type Stretch = { readonly start: number; readonly size: number };

/** Reads the headers of a tar file once. Links are followed to the file that they mean. Throws where it is not a tar. */
export async function indexTar(file: string): Promise<TarIndex> {
  const files = new Map<string, Stretch>();
  const links = new Map<string, string>();
  const tar = extract();
  createReadStream(file, { highWaterMark: 4 * 1024 * 1024 })
    .on('error', (error) => tar.destroy(error))
    .pipe(tar as unknown as NodeJS.WritableStream);
  for await (const entry of tar) {
    const { name, type, size = 0, linkname } = entry.header;
    const path = posix.normalize(name);
    if (type === 'file') files.set(path, { start: (entry.header as { byteOffset?: number }).byteOffset ?? 0, size });
    // Older archives name a layer that several images share by a symbolic link.
    else if (type === 'symlink' && linkname) links.set(path, posix.join(posix.dirname(path), linkname));
    else if (type === 'link' && linkname) links.set(path, posix.normalize(linkname));
    entry.resume();
  }
  const find = (path: string): Stretch | undefined => files.get(path) ?? files.get(links.get(path) ?? '');
  const open = (path: string): Readable => {
    const { start, size } = find(path) ?? { start: 0, size: 0 };
    const highWaterMark = 1024 * 1024;
    // An end before the start would mean the whole file.
    return createReadStream(
      file,
      size === 0 ? { start: 0, end: -1, highWaterMark } : { start, end: start + size - 1, highWaterMark },
    );
  };
  return {
    size: (path) => find(path)?.size,
    open,
    read: async (path) => {
      if (find(path) === undefined) return undefined;
      return await buffer(open(path));
    },
  };
}
