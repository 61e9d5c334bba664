import type { PushPlan } from '../../contract/images.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { ImageContent } from './content.ts';
import { createPace } from './pace.ts';

/** Questions at a time. */
const questions = 8;

/** What a push would send, found out by asking for tags and blobs. Nothing is changed. */
export async function planPush(registry: RegistryClient, images: readonly ImageContent[]): Promise<PushPlan> {
  const pace = createPace(questions);
  const tags = new Map<ImageContent, boolean>();
  await pace.each(images, async (content) => {
    const head = await registry.headManifest(registry.repository(content.image.repository), content.image.tag);
    tags.set(content, head?.digest === content.image.digest);
  });
  const wanted = new Map<string, { size: number; repositories: Set<string> }>();
  for (const content of images.filter((image) => tags.get(image) === false)) {
    const repository = registry.repository(content.image.repository);
    for (const { digest, size } of content.blobs) {
      const entry = wanted.get(digest) ?? { size, repositories: new Set() };
      wanted.set(digest, { size, repositories: entry.repositories.add(repository) });
    }
  }
  const missing: number[] = [];
  await pace.each([...wanted], async ([digest, { size, repositories }]) => {
    for (const repository of repositories) if ((await registry.headBlob(repository, digest)) === size) return;
    missing.push(size);
  });
  return {
    registry: registry.host,
    images: images.map((content) => ({
      reference: content.image.reference,
      repository: registry.repository(content.image.repository),
      digest: content.image.digest,
      present: tags.get(content) === true,
      bytes: content.blobs.reduce((sum, { size }) => sum + size, 0),
    })),
    blobs: missing.length,
    bytes: missing.reduce((sum, size) => sum + size, 0),
  };
}
