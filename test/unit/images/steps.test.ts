import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import type { PushInput } from '../../../electron/engine/stages/images/model.ts';
import { path } from '../../../electron/engine/stages/images/path-step.ts';
import { prove, push } from '../../../electron/engine/stages/images/steps.ts';
import { testContext } from '../../kit/context.ts';
import { testImages } from './content.ts';
import { faultyRegistry } from './registry.ts';

test('a walk sends what is gone below a tag that stands, and nothing else', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const { bundle, images } = await testImages([
    { reference: 'energy/api:4.2.0', layers: { base: 70_000, api: 30_000 } },
    { reference: 'energy/jobs:4.2.0', layers: { jobs: 10_000 } },
  ]);
  const release = { images: images.map(({ image }) => image) } as unknown as Release;
  const { context, recorded } = testContext({ release, bundle, drivers: { registry: async () => client } });
  const input: PushInput = { registry: client.host, images: images.map(({ image }) => image.reference) };
  assert.equal((await push.inspect!(context, input)).satisfied, false);
  await push.apply!(context, input);
  assert.equal((await push.inspect!(context, input)).satisfied, true);
  assert.equal((await path.inspect!(context, input)).satisfied, true);

  const [api] = images;
  const lost = api!.blobs[1]!;
  await client.deleteBlob(client.repository(api!.image.repository), lost.digest);
  assert.equal((await push.inspect!(context, input)).satisfied, false);
  assert.equal((await path.inspect!(context, input)).satisfied, false, 'the way is tried before it is sent again');
  registry.seen.length = 0;
  await push.apply!(context, input);
  const sent = registry.seen.filter(({ method }) => method === 'PATCH').reduce((sum, { bytes }) => sum + bytes, 0);
  assert.equal(sent, lost.size);
  for (const { image } of images) await prove.verify!(context, { registry: client.host, image: image.reference });
  assert.deepEqual(
    recorded.findings.map(({ status }) => status),
    ['passed', 'passed'],
  );
});
