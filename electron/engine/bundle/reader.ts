import { type FileHandle, open, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { type ChunkMemory, chunkBytes } from './chunk-memory.ts';
import { checkDigest } from './digest.ts';
import { type BlobEntry, extentsOf, type PartEntry } from './format.ts';

/** A part on a medium; `size` is what lies there, which is less than it should be after a broken copy. */
export type FoundPart = { readonly file: string; readonly size: number };

/** Looks for a part in the folders; one of the right size goes before a cut one. */
export async function findPart(folders: readonly string[], part: PartEntry): Promise<FoundPart | undefined> {
  let cut: FoundPart | undefined;
  for (const folder of folders) {
    const file = join(folder, part.name);
    const found = await stat(file).catch(() => undefined);
    if (!found?.isFile()) continue;
    if (found.size === part.size) return { file, size: found.size };
    cut ??= { file, size: found.size };
  }
  return cut;
}

/** Reads blobs out of their parts. Part files are opened once and kept open. */
export type PartReader = {
  /** The bytes of a blob from `offset` on; the digest is checked when that is the whole blob. Without `memory`, each chunk has its own. */
  readonly read: (
    blob: BlobEntry,
    offset: number,
    signal?: AbortSignal,
    memory?: ChunkMemory,
  ) => AsyncGenerator<Buffer>;
  readonly close: () => Promise<void>;
};

export function createPartReader(parts: readonly PartEntry[], files: ReadonlyMap<string, string>): PartReader {
  const handles = new Map<string, Promise<FileHandle>>();
  let closed = false;
  const handleOf = (part: string): Promise<FileHandle> => {
    if (closed) throw new Error('the bundle is closed');
    let handle = handles.get(part);
    if (handle === undefined) {
      handle = open(files.get(part) ?? part, 'r');
      handles.set(part, handle);
    }
    return handle;
  };
  /** A medium that was pulled out may be back at the next attempt, and what was open on it never reads again. */
  const drop = (part: string): void => {
    const handle = handles.get(part);
    handles.delete(part);
    void handle?.then((open) => open.close()).catch(() => undefined);
  };

  async function* read(
    blob: BlobEntry,
    offset: number,
    signal?: AbortSignal,
    memory?: ChunkMemory,
  ): AsyncGenerator<Buffer> {
    const check = offset === 0 ? checkDigest(blob.digest) : undefined;
    let last = blob.part;
    for (const extent of extentsOf(blob, parts, offset)) {
      last = extent.part;
      for (let done = 0; done < extent.length; ) {
        if (signal?.aborted) throw new SitewrightError('cancelled');
        const length = Math.min(chunkBytes, extent.length - done);
        const chunk = await readAt(
          extent.part,
          extent.offset + done,
          length,
          memory?.next() ?? Buffer.allocUnsafe(length),
        );
        if (chunk.length === 0) throw corrupt(extent.part, blob.digest);
        check?.update(chunk);
        done += chunk.length;
        yield chunk;
      }
    }
    if (check?.matches() === false) throw corrupt(last, blob.digest);
  }

  async function readAt(part: string, position: number, length: number, into: Buffer): Promise<Buffer> {
    try {
      const handle = await handleOf(part);
      const { bytesRead } = await handle.read(into, 0, length, position);
      return into.subarray(0, bytesRead);
    } catch (error) {
      drop(part);
      const gone = (error as NodeJS.ErrnoException).code === 'ENOENT';
      const folder = dirname(files.get(part) ?? '');
      throw new SitewrightError(
        gone ? 'bundle-part-missing' : 'bundle-part-unreadable',
        { part, folder },
        { cause: error },
      );
    }
  }

  return {
    read,
    close: async () => {
      closed = true;
      await Promise.allSettled([...handles.values()].map(async (handle) => (await handle).close()));
      handles.clear();
    },
  };
}

function corrupt(part: string, blob: string): SitewrightError {
  return new SitewrightError('bundle-part-corrupt', { part, blob });
}
