// Pauses in the middle of a push, against both registries: the end is complete, and no byte was sent twice.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { createPushJournal } from '../../electron/engine/images/journal.ts';
import { pushImages } from '../../electron/engine/images/push.ts';
import type { Json } from '../../electron/engine/plan/step.ts';
import { startFaultProxy } from '../kit/fault-proxy.ts';
import { registryVersions, startRegistry } from '../kit/registry.ts';
import { assertComplete, connect, faultImages, uniqueBytes } from './push-content.ts';

const pauses = 5;
const mebibyte = 1024 ** 2;

for (const version of registryVersions) {
  test(`registry ${version}: ${pauses} pauses of a push send nothing twice`, async (t) => {
    const registry = await startRegistry({ version });
    if ('skipped' in registry) return t.skip(registry.skipped);
    // The link is slow, so that every pause comes into a layer that is under way.
    const proxy = await startFaultProxy(registry.url, { faults: [{ kind: 'throttle', bytesPerSecond: 12e6 }] });
    t.after(async () => {
      await proxy.stop();
      await registry.stop();
    });
    const made = await faultImages(5, 9_000_000);
    let kept: Json | undefined;
    let sent = 0;
    let paused = 0;
    for (;;) {
      // Each time another client and a journal that was read anew, as after a start of the program.
      const client = connect(proxy.url);
      const pausing = new AbortController();
      const pushing = pushImages({
        ...made,
        registry: client,
        signal: AbortSignal.timeout(90_000),
        pause: pausing.signal,
        progress: () => undefined,
        journal: createPushJournal({
          load: () => kept,
          save: (state) => {
            kept = structuredClone(state);
          },
        }),
        chunkBytes: mebibyte,
        patience: { pauseMs: 20, longestMs: 300 },
      });
      if (paused < pauses) await wait(150 + Math.random() * 300).then(() => pausing.abort());
      const result = await pushing;
      await client.close();
      sent += result.bytesSent;
      if (!result.paused) break;
      paused += 1;
    }
    assert.equal(paused, pauses, 'the push was done before the last pause');
    const beside = proxy.sent({ method: 'PATCH' }) - uniqueBytes(made);
    t.diagnostic(`sent again ${sent - uniqueBytes(made)} bytes, beside the layers ${beside} bytes`);
    assert.equal(sent, uniqueBytes(made));
    assert.ok(beside < 100, 'the line has seen the layers once, and what was sent to learn whether uploads go on');
    proxy.plant();
    const client = connect(registry.url);
    t.after(() => client.close());
    await assertComplete(client, made);
  });
}
