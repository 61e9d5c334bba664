import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { type Blob, blobOf } from '../blob.ts';
import { hasDigest } from '../digest.ts';
import { invalid } from '../source/place.ts';
import { isForeignLayer, isIndexType, isManifestType } from './media-types.ts';
import { type Descriptor, descriptorSchema, type ImageStore } from './store.ts';

export const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });

export type StoredImage = { readonly manifest: Blob; readonly blobs: readonly Blob[] };

/** The image of a place that has the reference or its tag as a name, or the only one that is there. Error: release-invalid. */
export async function chooseImage(
  store: ImageStore,
  wanted: { readonly reference: string; readonly tag: string },
  place: string,
): Promise<StoredImage> {
  const named = store.images.find(({ names }) =>
    names.some((name) => name === wanted.reference || name === wanted.tag || name.endsWith(`/${wanted.reference}`)),
  );
  const chosen = named ?? (store.images.length === 1 ? store.images[0] : undefined);
  if (chosen === undefined) {
    const params = { count: store.images.length, reference: wanted.reference };
    throw invalid(place, text('bundle.problem.layout-choice', params));
  }
  return await readStoredImage(store, chosen.descriptor, place);
}

/**
 * An image with everything below it, byte for byte. Every blob is there with its size; digests of large ones are checked when they
 * are written. Only a layer that must not be redistributed may be missing. Error: release-invalid.
 */
export async function readStoredImage(store: ImageStore, chosen: Descriptor, place: string): Promise<StoredImage> {
  const blobs = new Map<string, Blob>();
  const damaged = (digest: string) => invalid(place, text('bundle.problem.layout-blob', { digest }));

  const embedded = ({ data, digest, mediaType, size }: Descriptor): Blob | undefined => {
    if (data === undefined) return undefined;
    const content = Buffer.from(data, 'base64');
    if (content.length !== size || !hasDigest(content, digest)) throw damaged(digest);
    return { ...blobOf(content, mediaType), digest };
  };
  const add = async (descriptor: Descriptor): Promise<void> => {
    const { digest, size, mediaType } = descriptor;
    if (blobs.has(digest)) return;
    const found = await store.size(descriptor);
    const inside = found === undefined ? embedded(descriptor) : undefined;
    if (inside !== undefined) blobs.set(digest, inside);
    else if (found === size) blobs.set(digest, { digest, size, mediaType, open: () => store.open(descriptor) });
    else if (found !== undefined || !isForeignLayer(mediaType)) throw damaged(digest);
  };
  const visit = async (descriptor: Descriptor): Promise<Blob> => {
    const { digest, mediaType } = descriptor;
    const known = blobs.get(digest);
    if (known !== undefined) return known;
    const content = await store.document(descriptor);
    if (content === undefined || !hasDigest(content, digest)) throw damaged(digest);
    const document = { ...blobOf(content, mediaType), digest };
    blobs.set(digest, document);
    const value: unknown = JSON.parse(content.toString('utf8'));
    if (isIndexType(mediaType)) {
      for (const child of indexSchema.parse(value).manifests) await visit(child);
    } else if (isManifestType(mediaType)) {
      const { config, layers } = manifestSchema.parse(value);
      for (const part of [config, ...layers]) await add(part);
    } else throw invalid(place, text('bundle.problem.layout-type', { mediaType }));
    return document;
  };
  const manifest = await visit(chosen);
  return { manifest, blobs: [...blobs.values()] };
}
