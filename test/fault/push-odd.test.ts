// Registries that say that all is well and keep a part, and lines on which nothing moves: the end is complete and reads
// back byte by byte, or a clear refusal without a tag.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { SitewrightError } from '../../electron/contract/errors.ts';
import { proveImage } from '../../electron/engine/images/prove.ts';
import { pushImages } from '../../electron/engine/images/push.ts';
import { type Fault, startFaultProxy } from '../kit/fault-proxy.ts';
import { startRegistry } from '../kit/registry.ts';
import { assertComplete, connect, faultImages } from './push-content.ts';

const mebibyte = 1024 ** 2;

async function pushThrough(t: TestContext, fault: Fault, chunkBytes: number) {
  const registry = await startRegistry({ version: '3' });
  if ('skipped' in registry) {
    t.skip(registry.skipped);
    return undefined;
  }
  const proxy = await startFaultProxy(registry.url, { faults: [fault] });
  const client = connect(proxy.url);
  const direct = connect(registry.url);
  t.after(async () => {
    await client.close();
    await direct.close();
    await proxy.stop();
    await registry.stop();
  });
  const made = await faultImages(5, 3_000_000);
  const pushed = pushImages({
    ...made,
    registry: client,
    signal: AbortSignal.timeout(90_000),
    progress: () => undefined,
    chunkBytes,
    patience: { pauseMs: 20, longestMs: 300 },
  });
  const refusal = await pushed.then(
    () => undefined,
    (error: unknown) => error,
  );
  return { proxy, client, direct, made, refusal };
}

const odd: readonly (readonly [string, Fault])[] = [
  ['the first request of an upload only', { kind: 'first-chunk-only' }],
  ['the last request of an upload only', { kind: 'last-chunk-only' }],
];

for (const [kept, fault] of odd) {
  for (const [size, chunkBytes] of [
    ['in one request', 64 * mebibyte],
    ['in several requests', mebibyte],
  ] as const) {
    test(`a registry that keeps ${kept}: layers ${size}`, async (t) => {
      const end = await pushThrough(t, fault, chunkBytes);
      if (end === undefined) return;
      const { refusal, client, direct, made } = end;
      if (refusal === undefined) return await assertComplete(direct, made);
      assert.ok(refusal instanceof SitewrightError, String(refusal));
      t.diagnostic(`refused: ${refusal.code} ${refusal.message}`);
      assert.match(refusal.code, /^registry-/);
      for (const { image } of made.images)
        assert.equal(await client.headManifest(client.repository(image.repository), image.tag), undefined);
    });
  }
}

test('a line on which nothing moves any more is given up after the stall limit, and the push goes on', async (t) => {
  const end = await pushThrough(t, { kind: 'stall', method: 'PATCH', afterBytes: 500_000, times: 2 }, 64 * mebibyte);
  if (end === undefined) return;
  assert.equal(end.refusal, undefined, String(end.refusal));
  const stalled = end.proxy.exchanges.filter(({ method, status }) => method === 'PATCH' && status === 0);
  assert.ok(stalled.length >= 1, 'the stall came into the push');
  await assertComplete(end.direct, end.made);
});

test('content that a registry names and no longer has, or has otherwise, is found by reading it', async (t) => {
  const end = await pushThrough(t, { kind: 'latency', ms: 0 }, 64 * mebibyte);
  if (end === undefined) return;
  const [image] = end.made.images;
  const proof = async () => {
    const { complete, missing, altered } = await proveImage(end.client, image!, { bytes: true });
    return [complete, missing, altered];
  };
  assert.deepEqual(await proof(), [true, [], []]);
  const { digest, size } = image!.blobs.at(-1)!;
  const path = new RegExp(`/blobs/${digest}`);
  end.proxy.plant({ kind: 'content-gone', path });
  assert.deepEqual((await proveImage(end.client, image!)).missing, [], 'by its name it is there');
  assert.deepEqual(await proof(), [false, [], [digest]]);
  end.proxy.plant({ kind: 'answer', method: 'GET', path, status: 200, body: 'x'.repeat(size) });
  assert.deepEqual(await proof(), [false, [], [digest]]);
});
