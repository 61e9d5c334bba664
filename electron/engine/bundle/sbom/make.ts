import { z } from 'zod';
import { SitewrightError } from '../../../contract/errors.ts';
import type { Blob } from '../blob.ts';
import type { BuiltImage } from '../image/image.ts';
import { cycloneDx, type DescribedImage, type Subject } from './cyclonedx.ts';
import { type LayerFound, packagesOf, readLayer } from './image-packages.ts';

/** Where the bill of materials stands among a bundle's files. */
export const sbomPath = 'sbom.cdx.json';

const documentSchema = z.object({
  manifests: z.array(z.object({ digest: z.string() })).optional(),
  layers: z.array(z.object({ digest: z.string() })).optional(),
});

/** Reads the layers of all images, each once, and writes down what package managers left in them. */
export async function makeSbom(
  subject: Subject | undefined,
  images: readonly BuiltImage[],
  signal?: AbortSignal,
): Promise<Buffer> {
  const known = new Map<string, LayerFound>();
  const described: DescribedImage[] = [];
  for (const built of images) {
    const blobs = new Map(built.blobs.map((blob) => [blob.digest, blob]));
    const platforms = await platformLayers(built.image.digest, blobs);
    const found = [];
    for (const layers of platforms) {
      for (const digest of layers) {
        if (signal?.aborted) throw new SitewrightError('cancelled');
        const layer = blobs.get(digest);
        if (layer !== undefined && !known.has(digest)) known.set(digest, await readLayer(layer));
      }
      found.push(packagesOf(layers.flatMap((digest) => known.get(digest) ?? [])));
    }
    described.push({
      image: built.image,
      layers: [...new Set(platforms.flat())],
      system: found.find(({ system }) => system !== undefined)?.system,
      packages: found.flatMap(({ packages }) => packages),
    });
  }
  return cycloneDx(subject, described);
}

/** The layers of each platform of an image; an artifact's content counts as layers, too. */
async function platformLayers(digest: string, blobs: ReadonlyMap<string, Blob>): Promise<readonly string[][]> {
  const blob = blobs.get(digest);
  if (blob === undefined) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of blob.open() as AsyncIterable<Buffer>) chunks.push(chunk);
  const { manifests, layers } = documentSchema.parse(JSON.parse(Buffer.concat(chunks).toString('utf8')));
  const below = await Promise.all((manifests ?? []).map((child) => platformLayers(child.digest, blobs)));
  return [...below.flat(), ...(layers === undefined ? [] : [layers.map((layer) => layer.digest)])];
}
