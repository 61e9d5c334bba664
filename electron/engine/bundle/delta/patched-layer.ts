import { Readable } from 'node:stream';
import { SitewrightError } from '../../../contract/errors.ts';
import { checkDigest } from '../digest.ts';
import type { LayerPatch } from '../format.ts';
import { unpackedLayer } from '../image/layer-reader.ts';
import { cursorOver } from './cursor.ts';
import { packed } from './packing.ts';
import { applyPatch } from './patch-format.ts';

/**
 * A layer made of the one that the site holds and a patch: streamed, nothing is kept. It is made from its beginning whatever the
 * offset, and its digest is checked before its last bytes are given. Error: bundle-patch-failed.
 */
export async function* patchedLayer(
  entry: LayerPatch,
  from: { readonly base: AsyncIterable<Buffer>; readonly patch: AsyncIterable<Buffer>; readonly offset: number },
): AsyncGenerator<Buffer> {
  const base = unpackedLayer(Readable.from(from.base, { objectMode: false, highWaterMark: 1024 * 1024 }));
  const before = cursorOver(base as AsyncIterable<Buffer>);
  const patch = cursorOver(from.patch);
  const check = checkDigest(entry.digest);
  let skip = from.offset;
  // One piece is held back: what is wrong must not become a whole blob at the other side.
  let last: Buffer | undefined;
  try {
    for await (const piece of packed(applyPatch(patch, before), entry)) {
      check.update(piece);
      if (last !== undefined && last.length > 0) yield last;
      last = piece.subarray(Math.min(skip, piece.length));
      skip -= Math.min(skip, piece.length);
    }
  } catch (error) {
    if (error instanceof SitewrightError) throw error;
    throw new SitewrightError('bundle-patch-failed', { blob: entry.digest }, { cause: error });
  } finally {
    await before.close();
    await patch.close();
  }
  if (!check.matches()) throw new SitewrightError('bundle-patch-failed', { blob: entry.digest });
  if (last !== undefined && last.length > 0) yield last;
}
