import { z } from 'zod';
import { SitewrightError } from '../../contract/errors.ts';
import type { Bundle } from '../bundle/bundle.ts';
import { isForeignLayer } from '../bundle/image/media-types.ts';
import type { ReleaseImage } from '../bundle/release.ts';

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  urls: z.array(z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

const manifestSchema = z.object({
  manifests: z.array(descriptorSchema).optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).optional(),
});

/** What a manifest or an index names: further manifests, and blobs. */
function namedBy(content: Buffer): {
  readonly manifests: readonly Descriptor[];
  readonly blobs: readonly Descriptor[];
} {
  const { manifests = [], layers = [], config } = manifestSchema.parse(JSON.parse(content.toString('utf8')));
  return { manifests, blobs: config === undefined ? layers : [...layers, config] };
}

export type ManifestEntry = { readonly digest: string; readonly mediaType: string; readonly content: Buffer };

/** Everything of one image: manifests with children before parents, and the blobs that they name. */
export type ImageContent = {
  readonly image: ReleaseImage;
  readonly manifests: readonly ManifestEntry[];
  readonly blobs: readonly Descriptor[];
};

/** Reads an image's manifests out of the bundle. Error: bundle-image-missing where a blob of it is not there. */
export async function readImage(bundle: Bundle, image: ReleaseImage): Promise<ImageContent> {
  const manifests: ManifestEntry[] = [];
  const blobs = new Map<string, Descriptor>();
  const visit = async (digest: string, mediaType: string): Promise<void> => {
    if (manifests.some((entry) => entry.digest === digest)) return;
    if (bundle.size(digest) === undefined)
      throw new SitewrightError('bundle-image-missing', { image: image.reference, where: digest });
    const content = await bundle.read(digest);
    const named = namedBy(content);
    for (const child of named.manifests) await visit(child.digest, child.mediaType);
    for (const blob of named.blobs) {
      // Layers that their maker forbids to redistribute stay where their URLs point.
      if (isForeignLayer(blob.mediaType) && bundle.size(blob.digest) === undefined) continue;
      if (bundle.size(blob.digest) === undefined)
        throw new SitewrightError('bundle-image-missing', { image: image.reference, where: blob.digest });
      blobs.set(blob.digest, blob);
    }
    manifests.push({ digest, mediaType, content });
  };
  await visit(image.digest, image.mediaType);
  return { image, manifests, blobs: [...blobs.values()] };
}

/**
 * Bytes of an image: its manifests and the blobs that they name, each once, also those that the bundle leaves out. Undefined where
 * a manifest is left out or cannot be read.
 */
export async function imageBytes(bundle: Bundle, { digest: top }: ReleaseImage): Promise<number | undefined> {
  const sizes = new Map<string, number>();
  const visit = async (digest: string): Promise<void> => {
    if (sizes.has(digest)) return;
    const content = await bundle.read(digest);
    sizes.set(digest, content.length);
    const { manifests, blobs } = namedBy(content);
    for (const child of manifests) await visit(child.digest);
    for (const blob of blobs) sizes.set(blob.digest, blob.size);
  };
  try {
    await visit(top);
  } catch (error) {
    if (error instanceof SitewrightError) return undefined;
    throw error;
  }
  return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}
