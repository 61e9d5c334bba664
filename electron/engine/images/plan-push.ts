import type { PushPlan } from '../../contract/images.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { ImageContent } from './content.ts';
import { createPace } from './pace.ts';
import { patientQuestions } from './patient.ts';
import { wantedBlobs } from './wanted.ts';

/** Questions at a time. */
const questions = 8;

/** What a push would send, found out by asking for tags and blobs. Nothing is changed. Errors: registry-*, the signal's reason. */
export async function planPush(
  registry: RegistryClient,
  images: readonly ImageContent[],
  signal?: AbortSignal,
): Promise<PushPlan> {
  const ask = patientQuestions(registry, signal);
  const pace = createPace(questions);
  const tags = new Map<ImageContent, boolean>();
  await pace.each(images, async (content) => {
    const head = await ask.headManifest(registry.repository(content.image.repository), content.image.tag);
    tags.set(content, head?.digest === content.image.digest);
  });
  const missing = images.filter((image) => tags.get(image) === false);
  const sizes: number[] = [];
  await pace.each(wantedBlobs({ images, missing }, registry), async ({ blob, repositories, elsewhere }) => {
    const { digest, size } = blob;
    for (const repository of [...repositories, ...elsewhere])
      if ((await ask.headBlob(repository, digest)) === size) return;
    sizes.push(size);
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
    blobs: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
