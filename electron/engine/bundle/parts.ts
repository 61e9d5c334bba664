import { createHash, type Hash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import type { Blob } from './blob.ts';
import { checkDigest } from './digest.ts';
import type { BlobEntry, PartEntry } from './format.ts';

type OpenPart = { readonly name: string; readonly handle: FileHandle; readonly hash: Hash; size: number };

/**
 * Writes blobs one after the other into parts of at most `partSize` bytes. A blob that does not fit begins a new part;
 * one that is larger than a part runs on through as many as it takes. Error: release-invalid for a blob that is not what it says.
 */
export async function writeParts(
  folder: string,
  blobs: Iterable<Blob> | AsyncIterable<Blob>,
  partSize: number,
  options: { readonly written?: (bytes: number) => void; readonly signal?: AbortSignal | undefined } = {},
): Promise<{ readonly blobs: readonly BlobEntry[]; readonly parts: readonly PartEntry[] }> {
  const entries: BlobEntry[] = [];
  const parts: PartEntry[] = [];
  let current: OpenPart | undefined;

  const begin = async (): Promise<OpenPart> => {
    const name = `part-${String(parts.length + 1).padStart(4, '0')}.swb`;
    current = { name, handle: await open(join(folder, name), 'w', 0o644), hash: createHash('sha256'), size: 0 };
    return current;
  };
  const finish = async (): Promise<void> => {
    if (current === undefined) return;
    const { name, handle, hash, size } = current;
    current = undefined;
    await handle.sync();
    await handle.close();
    parts.push({ name, size, digest: `sha256:${hash.digest('hex')}` });
  };
  const append = async (content: Buffer): Promise<void> => {
    let rest = content;
    while (rest.length > 0) {
      if (current !== undefined && current.size >= partSize) await finish();
      const part = current ?? (await begin());
      const piece = rest.subarray(0, partSize - part.size);
      await part.handle.writeFile(piece);
      part.hash.update(piece);
      part.size += piece.length;
      rest = rest.subarray(piece.length);
    }
  };

  try {
    for await (const blob of blobs) {
      const left = current === undefined ? 0 : partSize - current.size;
      if (current !== undefined && blob.size > left) await finish();
      const part = current ?? (await begin());
      const { digest, size, mediaType } = blob;
      entries.push({ digest, size, mediaType, part: part.name, offset: part.size });
      const check = checkDigest(digest);
      let read = 0;
      for await (const chunk of blob.open() as AsyncIterable<Buffer>) {
        if (options.signal?.aborted) throw new SitewrightError('cancelled');
        check.update(chunk);
        read += chunk.length;
        await append(chunk);
        options.written?.(chunk.length);
      }
      if (read !== size || !check.matches()) {
        throw new SitewrightError('release-invalid', { file: digest, problem: text('bundle.problem.blob-changed') });
      }
    }
    await finish();
  } finally {
    await (current as OpenPart | undefined)?.handle.close();
  }
  return { blobs: entries, parts };
}
