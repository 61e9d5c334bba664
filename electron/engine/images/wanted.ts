import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Descriptor, ImageContent } from './content.ts';

/** A blob, every repository that needs it, and those that hold it by the word of a tag: a mount takes it from there. */
export type Wanted = {
  readonly blob: Descriptor;
  readonly repositories: readonly string[];
  readonly elsewhere: readonly string[];
};

/**
 * Each blob of the missing images once, the large ones first: the last stretch is then a short one. `images` are all of the push,
 * of which those that are not missing may hold some of it.
 */
export function wantedBlobs(
  { images, missing }: { readonly images: readonly ImageContent[]; readonly missing: readonly ImageContent[] },
  registry: Pick<RegistryClient, 'repository'>,
): readonly Wanted[] {
  const wanted = new Map<string, { blob: Descriptor; repositories: Set<string>; elsewhere: Set<string> }>();
  const each = (chosen: readonly ImageContent[], found: (blob: Descriptor, repository: string) => void) => {
    for (const { image, blobs } of chosen) for (const blob of blobs) found(blob, registry.repository(image.repository));
  };
  each(missing, (blob, repository) => {
    const entry = wanted.get(blob.digest) ?? { blob, repositories: new Set(), elsewhere: new Set() };
    entry.repositories.add(repository);
    wanted.set(blob.digest, entry);
  });
  const there = images.filter((image) => !missing.includes(image));
  each(there, (blob, repository) => void wanted.get(blob.digest)?.elsewhere.add(repository));
  return [...wanted.values()]
    .map(({ blob, repositories, elsewhere }) => ({
      ...{ blob, repositories: [...repositories] },
      elsewhere: [...elsewhere].filter((repository) => !repositories.has(repository)),
    }))
    .sort((a, b) => b.blob.size - a.blob.size);
}
