import type { RegistryClient } from '../drivers/registry/client.ts';
import type { ImageContent } from './content.ts';
import { createPace } from './pace.ts';

/** Where content stands in a registry, read back: every blob by size, every manifest and tag by digest. */
export type ImageProof = { readonly complete: boolean; readonly missing: readonly string[]; readonly checked: number };

/** Questions at a time. */
const questions = 8;

export async function proveImage(registry: RegistryClient, content: ImageContent): Promise<ImageProof> {
  const repository = registry.repository(content.image.repository);
  const missing = new Set<string>();
  await createPace(questions).each(content.blobs, async (blob) => {
    if ((await registry.headBlob(repository, blob.digest)) !== blob.size) missing.add(blob.digest);
  });
  await createPace(questions).each(content.manifests, async (manifest) => {
    const found = await registry.getManifest(repository, manifest.digest);
    if (found === undefined || !found.content.equals(manifest.content)) missing.add(manifest.digest);
  });
  const tag = await registry.headManifest(repository, content.image.tag);
  if (tag?.digest !== content.image.digest) missing.add(`${repository}:${content.image.tag}`);
  // In the order of the image, whatever order the answers came in.
  const order = [...content.blobs, ...content.manifests].map(({ digest }) => digest);
  const sorted = [...missing].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const tagFirst = sorted.filter((name) => !order.includes(name));
  const listed = [...sorted.filter((name) => order.includes(name)), ...tagFirst];
  return {
    complete: listed.length === 0,
    missing: listed,
    checked: content.blobs.length + content.manifests.length + 1,
  };
}
