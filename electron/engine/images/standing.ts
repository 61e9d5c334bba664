import type { RegistryClient } from '../drivers/registry/client.ts';
import type { ImageContent } from './content.ts';
import { createPace } from './pace.ts';
import { type Questions, questionsAtOnce } from './patient.ts';

/** Those of the images whose tags give their digests in the registry: one request each. Nothing below the tags is asked for. */
export async function standingImages(
  registry: Pick<RegistryClient, 'repository'>,
  images: readonly ImageContent[],
  ask: Pick<Questions, 'headManifest'>,
): Promise<readonly ImageContent[]> {
  const standing = new Set<ImageContent>();
  const askFor = async (content: ImageContent) => {
    const { repository, tag, digest } = content.image;
    if ((await ask.headManifest(registry.repository(repository), tag))?.digest === digest) standing.add(content);
  };
  // The first question also signs in, so that the others need not ask how.
  const [first, ...others] = images;
  if (first !== undefined) await askFor(first);
  await createPace(questionsAtOnce).each(others, askFor);
  return images.filter((content) => standing.has(content));
}
