import type { Bundle } from '../../bundle/bundle.ts';
import { readImage } from '../content.ts';

/** Left free on top: the registry's own records, and a file system that others need, too. */
export const reserveBytes = 512 * 1024 ** 2;

/** Bytes of the bundle's images that the registry's storage does not hold yet. Error: bundle-image-missing. */
export async function lackingBytes(
  bundle: Bundle,
  images: Bundle['images'],
  present: ReadonlySet<string>,
): Promise<number> {
  const needed = new Map<string, number>();
  for (const image of images) {
    const { manifests, blobs } = await readImage(bundle, image);
    for (const { digest, content } of manifests) needed.set(digest, content.length);
    for (const { digest, size } of blobs) needed.set(digest, size);
  }
  return [...needed].reduce((sum, [digest, size]) => (present.has(digest) ? sum : sum + size), 0);
}
