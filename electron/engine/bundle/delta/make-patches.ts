import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { type ImageContent, readImage } from '../../images/content.ts';
import { type Blob, blobOfFile } from '../blob.ts';
import type { Bundle } from '../bundle.ts';
import { checkDigest, digestOfStream } from '../digest.ts';
import type { BlobEntry, LayerPatch } from '../format.ts';
import { unpackedLayer } from '../image/layer-reader.ts';
import { openBundle } from '../open.ts';
import { chunksOf, matches } from './chunks.ts';
import { cursorOver } from './cursor.ts';
import type { SiteInventory } from './inventory.ts';
import { guessPacking } from './packing.ts';
import { writePatch } from './patch-format.ts';
import { patchedLayer } from './patched-layer.ts';

/** A layer as a patch: what the manifest says of it, and the patch itself. */
export type MadePatch = { readonly entry: LayerPatch; readonly blob: Blob };

export const patchMediaType = 'application/vnd.sitewright.layer-patch.v1';

/** A smaller layer travels whole: a patch would save next to nothing. */
const smallestLayer = 16 * 1024;
/** A patch that is not clearly smaller than its layer is not worth the work at the site. */
const worth = 0.8;

/**
 * Makes patches of those missing layers that have a forerunner at the site and whose bytes were reproduced exactly here. Every other
 * layer stays as it is. `folder` keeps the patches until the bundle is written.
 */
export async function makePatches(options: {
  readonly missing: readonly BlobEntry[];
  readonly images: readonly ImageContent[];
  readonly inventory: SiteInventory;
  readonly bundle: Bundle;
  /** Folders of each bundle that the site's layers lie in. */
  readonly from: readonly (readonly string[])[];
  readonly folder: string;
  readonly signal?: AbortSignal | undefined;
}): Promise<readonly MadePatch[]> {
  const made: MadePatch[] = [];
  const wanted = new Map(
    options.missing.filter(({ size }) => size >= smallestLayer).map((blob) => [blob.digest, blob]),
  );
  for (const folders of options.from) {
    const older = await openBundle(folders);
    try {
      for (const pair of await pairsOf(older, options)) {
        if (options.signal?.aborted) throw new SitewrightError('cancelled');
        const layer = wanted.get(pair.layer);
        if (layer === undefined) continue;
        const file = join(options.folder, String(made.length));
        const patch = await makePatch(layer, options.bundle, pair.base, older, file);
        if (patch === undefined) continue;
        wanted.delete(layer.digest);
        made.push(patch);
      }
    } finally {
      await older.close();
    }
  }
  return made;
}

type Pair = { readonly layer: string; readonly base: string };

/** For each new layer the one that stood in its place in the image before, or the one nearest in size that the image lost. */
async function pairsOf(
  older: Bundle,
  { images, inventory }: { readonly images: readonly ImageContent[]; readonly inventory: SiteInventory },
): Promise<readonly Pair[]> {
  const held = new Set(inventory.repositories.flatMap(({ blobs }) => blobs.map(({ digest }) => digest)));
  const before = new Map<string, ImageContent['blobs']>();
  for (const image of older.images) before.set(image.repository, (await readImage(older, image)).blobs);
  const pairs = new Map<string, Pair>();
  for (const { image, blobs } of images) {
    const old = before.get(image.repository) ?? [];
    const kept = new Set(blobs.map(({ digest }) => digest));
    const lost = old.filter(({ digest }) => !kept.has(digest) && held.has(digest));
    for (const [index, { digest, size }] of blobs.entries()) {
      if (old.some((blob) => blob.digest === digest) || pairs.has(digest)) continue;
      const nearest = lost.toSorted((a, b) => Math.abs(a.size - size) - Math.abs(b.size - size))[0];
      const base = lost.find((blob) => blob.digest === old[index]?.digest) ?? nearest;
      if (base !== undefined) pairs.set(digest, { layer: digest, base: base.digest });
    }
  }
  return [...pairs.values()];
}

/** The patch, when the layer was made of it byte for byte, exactly as the site will do it. */
async function makePatch(
  layer: BlobEntry,
  bundle: Bundle,
  base: string,
  older: Bundle,
  file: string,
): Promise<MadePatch | undefined> {
  const before = () => unpackedLayer(older.open(base)) as AsyncIterable<Buffer>;
  const after = () => unpackedLayer(bundle.open(layer.digest)) as AsyncIterable<Buffer>;
  const packing = await guessPacking(bundle.open(layer.digest) as AsyncIterable<Buffer>, after);
  if (packing === undefined) return undefined;
  const chunks = await chunksOf(after());
  const kept = matches(await chunksOf(before()), chunks);
  const last = chunks.at(-1);
  const size = last === undefined ? 0 : last.offset + last.length;
  await pipeline(writePatch(kept, cursorOver(before()), cursorOver(after()), size), createWriteStream(file));
  const bytes = (await stat(file)).size;
  if (bytes > layer.size * worth) return undefined;
  const digest = await digestOfStream(blobOfFile(file, '', bytes, '').open());
  const blob = blobOfFile(file, digest, bytes, patchMediaType);
  const entry: LayerPatch = { digest: layer.digest, size: layer.size, base, patch: digest, ...packing };
  return (await proves(entry, older, blob)) ? { entry, blob } : undefined;
}

async function proves(entry: LayerPatch, older: Bundle, patch: Blob): Promise<boolean> {
  const check = checkDigest(entry.digest);
  const from = {
    base: older.open(entry.base) as AsyncIterable<Buffer>,
    patch: patch.open() as AsyncIterable<Buffer>,
    offset: 0,
  };
  try {
    for await (const piece of patchedLayer(entry, from)) check.update(piece);
  } catch (error) {
    if (error instanceof SitewrightError && error.code === 'bundle-patch-failed') return false;
    throw error;
  }
  return check.matches();
}

/** A folder for patches on their way, gone afterwards. */
export async function withPatchFolder<R>(beside: string, work: (folder: string) => Promise<R>): Promise<R> {
  const folder = await mkdtemp(join(beside, '.patches-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
