import { once } from 'node:events';
import { PassThrough, Readable } from 'node:stream';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { Blob } from '../blob.ts';
import type { BuiltImage } from '../image/image.ts';
import type { BuiltProgram } from '../source/registry-program.ts';
import { cycloneDx, type Subject } from './cyclonedx.ts';
import { type LayerFound, packagesOf, readLayer } from './image-packages.ts';

/** Reads what package managers left in layers while these are written into a bundle: each layer is read only once. */
export type Materials = {
  /** The blob itself; a layer is looked at while its bytes pass. */
  readonly watched: (blob: Blob) => Blob;
  /** The bill of materials of everything that passed. */
  readonly document: (subject: Subject | undefined) => Buffer;
};

const documentSchema = z.object({
  manifests: z.array(z.object({ digest: z.string() })).optional(),
  layers: z.array(z.object({ digest: z.string() })).optional(),
});

export async function watchMaterials(
  images: readonly BuiltImage[],
  programs: readonly BuiltProgram[],
): Promise<Materials> {
  const known = new Map<string, LayerFound>();
  const described = await Promise.all(
    images.map(async ({ image, blobs }) => ({
      image,
      platforms: await platformLayers(image.digest, new Map(blobs.map((blob) => [blob.digest, blob]))),
    })),
  );
  const layers = new Set(described.flatMap(({ platforms }) => platforms.flat()));
  return {
    watched: (blob) =>
      layers.has(blob.digest) ? watchedLayer(blob, (found) => void known.set(blob.digest, found)) : blob,
    document: (subject) =>
      cycloneDx(
        subject,
        described.map(({ image, platforms }) => {
          const found = platforms.map((list) => packagesOf(list.flatMap((digest) => known.get(digest) ?? [])));
          return {
            image,
            layers: [...new Set(platforms.flat())],
            system: found.find(({ system }) => system !== undefined)?.system,
            packages: found.flatMap(({ packages }) => packages),
          };
        }),
        programs,
      ),
  };
}

function watchedLayer(layer: Blob, found: (layer: LayerFound) => void): Blob {
  const content = async function* () {
    const copy = new PassThrough({ highWaterMark: 4 * 1024 * 1024 });
    // A copy that cannot be read to its end (no tar, or a broken one) must not hold up the layer itself.
    const reading = readLayer(copy).finally(() => copy.destroy());
    const gone = once(copy, 'close');
    for await (const chunk of layer.open() as AsyncIterable<Buffer>) {
      if (!copy.destroyed && !copy.write(chunk)) await Promise.race([once(copy, 'drain'), gone]);
      yield chunk;
    }
    copy.end();
    found(await reading);
  };
  return { ...layer, open: () => Readable.from(content(), { objectMode: false, highWaterMark: 1024 * 1024 }) };
}

/** The layers of each platform of an image, lowest first; an artifact's content counts as layers, too. */
async function platformLayers(digest: string, blobs: ReadonlyMap<string, Blob>): Promise<readonly string[][]> {
  const blob = blobs.get(digest);
  if (blob === undefined) return [];
  const { manifests, layers } = documentSchema.parse(await json(blob.open()));
  const below = await Promise.all((manifests ?? []).map((child) => platformLayers(child.digest, blobs)));
  return [...below.flat(), ...(layers === undefined ? [] : [layers.map((layer) => layer.digest)])];
}
