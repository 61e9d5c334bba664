import type { KeyObject } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { resolve } from 'node:path';
import { SitewrightError } from '../../../contract/errors.ts';
import { readImage } from '../../images/content.ts';
import type { Blob } from '../blob.ts';
import { byCodePoint } from '../canonical.ts';
import { type BaseBlob, defaultPartSize } from '../format.ts';
import { signingKeyOf } from '../keys.ts';
import { demandSignature, readManifest } from '../manifest.ts';
import { openBundle } from '../open.ts';
import { writeParts } from '../parts.ts';
import { removeBundle, sealBundle, uniqueBlobs, type WrittenBundle } from '../write.ts';
import { readInventory, type SiteInventory } from './inventory.ts';
import { makePatches, withPatchFolder } from './make-patches.ts';
import { packerPrint } from './packing.ts';

export type DeltaOptions = {
  /** Folders of the bundle that the site is to be brought to. */
  readonly bundle: readonly string[];
  /** File of the site's signed inventory. */
  readonly base: string;
  /** Fingerprint that the signer of the inventory must have. */
  readonly siteKey?: string;
  /** Folders of bundles that the site's layers lie in: with them, changed layers become patches. */
  readonly from?: readonly (readonly string[])[];
  readonly out: string;
  readonly signingKey: KeyObject | string;
  readonly partSize?: number;
  readonly signal?: AbortSignal;
};

export type WrittenDelta = WrittenBundle & {
  readonly site: string;
  /** Fingerprint of the key that signed the inventory. */
  readonly siteKey: string;
  /** Blobs that the site holds, and their bytes. */
  readonly left: { readonly blobs: number; readonly bytes: number };
  /** Layers that travel as patches: their bytes, and those of the patches. */
  readonly patched: { readonly blobs: number; readonly bytes: number; readonly patches: number };
};

/**
 * Makes a bundle of what a site lacks. Manifests, texts and data of the release travel in full; blobs of images that the site holds stay
 * out. Errors: bundle-*, site-inventory-invalid, usage-invalid, cancelled.
 */
export async function buildDelta(options: DeltaOptions): Promise<WrittenDelta> {
  const { signal } = options;
  const { inventory, digest, key: siteKey } = await readInventory(options.base);
  if (options.siteKey !== undefined && options.siteKey !== siteKey)
    throw new SitewrightError('site-inventory-invalid', { file: options.base, problem: `Ed25519 ${siteKey}` });
  const { manifest, signature, digest: target } = await readManifest(options.bundle);
  demandSignature(signature, options.bundle);
  if (manifest.format === 3) throw new SitewrightError('usage-invalid', { problem: '--bundle: format 3' });
  // What lies there is replaced, and may be the only copy.
  for (const folder of [...options.bundle, ...(options.from ?? []).flat()])
    if (await isSame(folder, options.out))
      throw new SitewrightError('usage-invalid', { problem: `--out ${options.out} = ${folder}` });
  const key = signingKeyOf(options.signingKey);
  const bundle = await openBundle(options.bundle);
  try {
    await removeBundle(options.out);
    return await withPatchFolder(options.out, async (folder) => {
      const held = heldBlobs(inventory);
      const images = await Promise.all(bundle.images.map((image) => readImage(bundle, image)));
      const ofImages = new Set(images.flatMap(({ blobs }) => blobs.map((blob) => blob.digest)));
      const base = new Map<string, BaseBlob>();
      const missing = manifest.blobs.filter((blob) => {
        const there = ofImages.has(blob.digest) ? held.get(blob.digest) : undefined;
        if (there?.size !== blob.size) return true;
        base.set(blob.digest, there);
        return false;
      });
      const left = [...base.values()];
      const from = options.from ?? [];
      const patches = await makePatches({ missing, images, inventory, bundle, from, folder, signal });
      for (const { entry } of patches) base.set(entry.base, held.get(entry.base)!);
      const patched = new Set(patches.map(({ entry }) => entry.digest));
      const carried = missing
        .filter((blob) => !patched.has(blob.digest))
        .map((blob): Blob => ({ ...blob, open: () => bundle.open(blob.digest, signal ? { signal } : {}) }));
      const blobs = uniqueBlobs([...carried, ...patches.map(({ blob }) => blob)]);
      const written = await writeParts(options.out, blobs, options.partSize ?? defaultPartSize, { signal });
      const sealed = await sealBundle(options.out, key, {
        format: 3,
        ...(manifest.release && { release: manifest.release }),
        delta: {
          ...{ site: inventory.site, inventory: digest, target, packer: packerPrint() },
          base: [...base.values()].sort((a, b) => byCodePoint(a.digest, b.digest)),
          patches: patches.map(({ entry }) => entry),
        },
        images: manifest.images,
        files: manifest.files,
        blobs: [...written.blobs],
        parts: [...written.parts],
      });
      return {
        ...sealed,
        ...{ site: inventory.site, siteKey },
        left: { blobs: left.length, bytes: sum(left) },
        patched: {
          blobs: patches.length,
          bytes: sum(patches.map(({ entry }) => entry)),
          patches: sum(patches.map(({ blob }) => blob)),
        },
      };
    });
  } finally {
    await bundle.close();
  }
}

const sum = (blobs: readonly { readonly size: number }[]): number => blobs.reduce((total, { size }) => total + size, 0);

/** Every blob that the site holds with all the repositories that have it. */
function heldBlobs(inventory: SiteInventory): ReadonlyMap<string, BaseBlob> {
  const held = new Map<string, BaseBlob>();
  for (const { name, blobs } of inventory.repositories) {
    for (const { digest, size } of blobs) {
      const known = held.get(digest);
      held.set(digest, { digest, size, repositories: [...(known?.repositories ?? []), name] });
    }
  }
  return held;
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [first, second] = await Promise.all([one, other].map((path) => realpath(path).catch(() => resolve(path))));
  return first === second;
}
