// What lines, registries and what stands between do to a push: the end is complete and reads back, or a clear refusal.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { RegistryClient } from '../../electron/engine/drivers/registry/client.ts';
import { type PushOptions, pushImages } from '../../electron/engine/images/push.ts';
import { type Fault, startFaultProxy } from '../kit/fault-proxy.ts';
import { type RegistryOptions, registryVersions, startRegistry } from '../kit/registry.ts';
import { startTokenServer } from '../kit/token-server.ts';
import type { TestImages } from '../unit/images/content.ts';
import { assertComplete, connect, faultImages, uniqueBytes } from './push-content.ts';

const mebibyte = 1024 ** 2;

async function setUp(t: TestContext, options: RegistryOptions, faults: readonly Fault[]) {
  const registry = await startRegistry(options);
  if ('skipped' in registry) {
    t.skip(registry.skipped);
    return undefined;
  }
  const proxy = await startFaultProxy(registry.url, { faults });
  const client = connect(proxy.url, options.tokens);
  t.after(async () => {
    await client.close();
    await proxy.stop();
    await registry.stop();
  });
  return { registry, proxy, client };
}

const push = (registry: RegistryClient, { bundle, images }: TestImages, change: Partial<PushOptions> = {}) =>
  pushImages({
    bundle,
    registry,
    images,
    signal: AbortSignal.timeout(90_000),
    progress: () => undefined,
    chunkBytes: mebibyte,
    patience: { pauseMs: 20, longestMs: 300 },
    ...change,
  });

for (const version of registryVersions) {
  test(`registry ${version}: ten cuts of the link`, async (t) => {
    const set = await setUp(t, { version }, [{ kind: 'throttle', bytesPerSecond: 12e6 }]);
    if (set === undefined) return;
    const made = await faultImages(version === '3' ? 9 : 120, version === '3' ? 5_000_000 : 375_000);
    let cuts = 0;
    let done = false;
    const cutting = (async () => {
      while (!done && cuts < 10) {
        await wait(100 + Math.random() * 250);
        if (done) break;
        set.proxy.cut();
        cuts += 1;
      }
    })();
    await push(set.client, made).finally(() => {
      done = true;
    });
    await cutting;
    assert.equal(cuts, 10, 'the push was done before the last cut');
    const twice = set.proxy.sent({ method: 'PATCH' }) - uniqueBytes(made);
    t.diagnostic(`sent again ${(twice / 1e6).toFixed(1)} MB`);
    assert.ok(twice <= cuts * 4 * 375_000 + mebibyte, `${twice} bytes sent again`);
    set.proxy.plant();
    await assertComplete(set.client, made);
  });

  test(`registry ${version}: restarted with another secret in the middle`, async (t) => {
    const set = await setUp(t, { version }, [{ kind: 'throttle', bytesPerSecond: 12e6 }]);
    if (set === undefined) return;
    const made = await faultImages(9, 2_000_000);
    const pushed = push(set.client, made);
    await wait(500);
    await set.registry.restart({ secret: 'another' });
    assert.ok((await pushed).setbacks > 0, 'the restart came into the push');
    set.proxy.plant();
    await assertComplete(set.client, made);
  });

  test(`registry ${version}: a disk that fills is a clear refusal, and no tag is set`, async (t) => {
    const set = await setUp(t, { version, diskMiB: 6 }, []);
    if (set === undefined) return;
    const made = await faultImages(9, 2_000_000);
    await assert.rejects(push(set.client, made), { code: 'registry-push-refused' });
    for (const { image } of made.images) {
      assert.equal(await set.client.headManifest(set.client.repository(image.repository), image.tag), undefined);
    }
  });

  test(`registry ${version}: requests of 1 MiB, or PATCHes of 4 MiB, and no larger`, async (t) => {
    const limits: readonly Fault[] = [
      { kind: 'body-limit', bytes: mebibyte },
      { kind: 'patch-limit', bytes: 4 * mebibyte },
    ];
    for (const limit of limits) {
      const set = await setUp(t, { version }, [limit]);
      if (set === undefined) return;
      const made = await faultImages(9, 6_000_000);
      await push(set.client, made, { chunkBytes: 64 * mebibyte });
      await assertComplete(set.client, made);
    }
  });

  test(`registry ${version}: tokens that live five seconds, one layer that takes longer`, async (t) => {
    const tokens = await startTokenServer({ lifeSeconds: 5 });
    t.after(() => tokens.stop());
    const set = await setUp(t, { version, tokens }, [{ kind: 'throttle', bytesPerSecond: 2e6 }]);
    if (set === undefined) return;
    const made = await faultImages(1, 13_000_000);
    await push(set.client, made, { chunkBytes: 64 * mebibyte });
    set.proxy.plant();
    await assertComplete(set.client, made);
    assert.ok(tokens.issued.length > 1);
  });
}
