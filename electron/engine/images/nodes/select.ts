import { z } from 'zod';
import { SitewrightError } from '../../../contract/errors.ts';
import type { Bundle } from '../../bundle/bundle.ts';
import { isIndexType } from '../../bundle/image/media-types.ts';
import type { ReleaseImage } from '../../bundle/release.ts';

const descriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  platform: z.object({ os: z.string(), architecture: z.string() }).optional(),
});
const documentSchema = z.object({
  manifests: z.array(descriptorSchema).optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).optional(),
});
const configSchema = z.object({ architecture: z.string().optional() });

/** A blob by digest and size. */
export type Sized = { readonly digest: string; readonly size: number };

/** What a node of one architecture needs of an image, and the names it gives to it. */
export type NodeImage = {
  readonly image: ReleaseImage;
  readonly names: readonly string[];
  /** Layers and configuration before the manifests that name them. */
  readonly blobs: readonly Sized[];
};

/**
 * Reads an image for one architecture: of an index only the manifests that containerd follows there, so that content of
 * other platforms is neither sent nor missed. Errors: bundle-image-missing, image-platform-missing.
 */
export async function imageForNode(
  bundle: Bundle,
  image: ReleaseImage,
  names: readonly string[],
  architecture: string,
): Promise<NodeImage> {
  const blobs = new Map<string, Sized>();
  const refuse = () => new SitewrightError('image-platform-missing', { image: image.reference, architecture });
  const read = async (digest: string): Promise<unknown> => {
    if (bundle.size(digest) === undefined)
      throw new SitewrightError('bundle-image-missing', { image: image.reference, where: digest });
    return JSON.parse((await bundle.read(digest)).toString('utf8'));
  };
  let found = 0;
  const visit = async ({ digest, size, mediaType }: Sized & { readonly mediaType: string }): Promise<void> => {
    if (blobs.has(digest)) return;
    const { manifests = [], config, layers = [] } = documentSchema.parse(await read(digest));
    if (isIndexType(mediaType)) {
      for (const child of manifests) {
        const { platform } = child;
        if (platform === undefined || (platform.os === 'linux' && platform.architecture === architecture))
          await visit(child);
      }
    } else {
      for (const layer of layers) blobs.set(layer.digest, { digest: layer.digest, size: layer.size });
      if (config !== undefined) {
        // Only a container image's configuration says an architecture; an artifact's has none and suits every node.
        const made = configSchema.safeParse(config.size > 0 ? await read(config.digest) : {});
        const says = made.success ? made.data.architecture : undefined;
        if (says !== undefined && says !== '' && says !== architecture) throw refuse();
        blobs.set(config.digest, { digest: config.digest, size: config.size });
      }
      found += 1;
    }
    blobs.set(digest, { digest, size });
  };
  await visit(image.size > 0 ? image : { ...image, size: bundle.size(image.digest) ?? 0 });
  if (found === 0) throw refuse();
  return { image, names, blobs: [...blobs.values()] };
}
