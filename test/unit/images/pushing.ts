import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import type { PushJournal } from '../../../electron/engine/images/journal.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { type TestImages, testImages } from './content.ts';

/** Two images that share a layer. */
export const two = () =>
  testImages([
    { reference: 'energy/api:4.2.0', layers: { base: 700_000, api: 300_000 } },
    { reference: 'energy/jobs:4.2.0', layers: { base: 700_000, jobs: 100_000 }, index: true },
  ]);

/** A push that is not patient; `shown` are the shares that it told of. */
export function push(
  registry: RegistryClient,
  { bundle, images }: TestImages,
  signal = new AbortController().signal,
  journal?: PushJournal,
  downMs = 400,
) {
  const shown: number[] = [];
  const done = pushImages({
    bundle,
    registry,
    images,
    signal,
    patience: { pauseMs: 5, longestMs: 20, downMs },
    ...(journal !== undefined && { journal }),
    progress: ({ done, total }) => void shown.push(done / total),
  });
  return done.then((result) => ({ ...result, shown }));
}
