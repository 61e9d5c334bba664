import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changesSince, withChanges } from '../../../electron/contract/transfers.ts';
import type { PushProgress } from '../../../electron/engine/images/meter.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { testImages } from './content.ts';
import { faultyRegistry } from './registry.ts';

test('each image is told with its bytes, and how it came to be complete', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await testImages([
    { reference: 'energy/old:1', layers: { old: 60_000 } },
    { reference: 'energy/api:1', layers: { base: 700_000, api: 300_000 } },
    { reference: 'energy/jobs:1', layers: { base: 700_000, jobs: 100_000 }, index: true },
  ]);
  const [, api] = made.images;
  const copy = { ...api!, image: { ...api!.image, reference: 'energy/copy:1', repository: 'energy/copy' } };
  const push = async (images: typeof made.images) => {
    const told: PushProgress[] = [];
    const result = await pushImages({
      ...{ bundle: made.bundle, registry: client, images, streams: 1 },
      signal: new AbortController().signal,
      progress: (progress) => void told.push(progress),
    });
    return { told, result };
  };
  await push(made.images.slice(0, 1));
  const { told, result } = await push([...made.images, copy]);
  const last = told.at(-1)!;
  assert.deepEqual(
    last.images.map(({ reference, state, done, total }) => [reference, state, done === total]),
    [
      ['energy/old:1', 'present', true],
      ['energy/api:1', 'sent', true],
      ['energy/jobs:1', 'sent', true],
      ['energy/copy:1', 'mounted', true],
    ],
  );
  assert.deepEqual([last.done, last.sent], [last.total, result.bytesSent]);
  assert.ok(
    told.some(({ images: [, api] }) => api!.state === 'sending' && api!.done < api!.total),
    'an image under way was never told of',
  );
  const [, before] = told[0]!.images;
  assert.ok(before!.total > 1_000_000, 'a shared blob counts for each image');
});

test('a notice names the images that changed, and puts them among those that are known', () => {
  const image = (reference: string, done: number, state: 'waiting' | 'sending' | 'sent' = 'sending') => ({
    ...{ reference, state, done, total: 10 },
  });
  const first = { done: 4, total: 30, unit: 'bytes' as const, images: [image('a', 4), image('b', 0, 'waiting')] };
  assert.deepEqual(changesSince(undefined, first), first);
  const second = { ...first, done: 10, images: [image('a', 10, 'sent'), image('b', 0, 'waiting')] };
  const notice = changesSince(first, second);
  assert.deepEqual(notice.images, [image('a', 10, 'sent')]);
  assert.deepEqual(withChanges(first, notice), second);
  assert.deepEqual(withChanges(undefined, notice), notice);
});
