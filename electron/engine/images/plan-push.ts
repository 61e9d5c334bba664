import type { PushPlan } from '../../contract/images.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { ImageContent } from './content.ts';
import { createPace } from './pace.ts';
import { patientQuestions, questionsAtOnce } from './patient.ts';
import { standingImages } from './standing.ts';
import { wantedBlobs } from './wanted.ts';

/** What a push would send, found out by asking for tags and blobs. Nothing is changed. Errors: registry-*, the signal's reason. */
export async function planPush(
  registry: RegistryClient,
  images: readonly ImageContent[],
  signal?: AbortSignal,
): Promise<PushPlan> {
  const ask = patientQuestions(registry, signal);
  const standing = await standingImages(registry, images, ask);
  const missing = images.filter((image) => !standing.includes(image));
  const sizes: number[] = [];
  await createPace(questionsAtOnce).each(
    wantedBlobs({ images, missing }, registry),
    async ({ blob, repositories, elsewhere }) => {
      const { digest, size } = blob;
      for (const repository of [...repositories, ...elsewhere])
        if ((await ask.headBlob(repository, digest)) === size) return;
      sizes.push(size);
    },
  );
  return {
    registry: registry.host,
    images: images.map((content) => ({
      reference: content.image.reference,
      repository: registry.repository(content.image.repository),
      digest: content.image.digest,
      present: standing.includes(content),
      bytes: content.blobs.reduce((sum, { size }) => sum + size, 0),
    })),
    blobs: sizes.length,
    bytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}
