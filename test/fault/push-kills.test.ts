// 50 kills of the pushing process at random moments, against both registries: the end is always complete, and little is
// sent twice.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startFaultProxy } from '../kit/fault-proxy.ts';
import { registryVersions, startRegistry } from '../kit/registry.ts';
import { assertComplete, connect, faultImages, openUploads, uniqueBytes } from './push-content.ts';

const killsPerRegistry = 25;
const streams = 2;
const maximumUnknown = 6;
/** Bytes of one stream that may be on their way between the process and the registry. */
const inFlight = 600_000;
const bytesPerSecond = 6e6;
/**
 * 3 resumes inside a layer, whatever its size. 2.8 loses the layers that were in flight when nobody heard its answer: that is
 * what small layers and the bound are for.
 */
const shapes = {
  '2.8': { layers: 180, layerBytes: 300_000, chunkBytes: 64 * 1024 ** 2 },
  '3': { layers: 9, layerBytes: 6_000_000, chunkBytes: 1024 ** 2 },
} as const;

for (const version of registryVersions) {
  test(`registry ${version}: ${killsPerRegistry} kills of a push`, async (t) => {
    const registry = await startRegistry({ version });
    if ('skipped' in registry) return t.skip(registry.skipped);
    // The link is slow, so that every kill hits a push at work.
    const proxy = await startFaultProxy(registry.url, { faults: [{ kind: 'throttle', bytesPerSecond }] });
    const folder = await mkdtemp(join(tmpdir(), 'sitewright-push-'));
    t.after(async () => {
      await proxy.stop();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const { layers, layerBytes, chunkBytes } = shapes[version];
    const begin = () =>
      spawn(
        process.execPath,
        [
          fileURLToPath(new URL('./push-process.ts', import.meta.url)),
          proxy.url,
          join(folder, 'journal.json'),
          ...[layers, layerBytes, chunkBytes].map(String),
        ],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      );
    let kills = 0;
    let inside = 0;
    while (kills < killsPerRegistry) {
      const child = begin();
      const ended = once(child, 'exit');
      const sending = once(child.stdout, 'data').then(() => true);
      await Promise.race([sending, ended]);
      await Promise.race([wait(Math.random() * 350), ended]);
      if (child.exitCode !== null) break;
      child.kill('SIGKILL');
      await ended;
      kills += 1;
      if ((await Promise.race([sending, wait(0)])) === true) inside += 1;
    }
    assert.equal(kills, killsPerRegistry, 'the push was done before the last kill');
    assert.equal(inside, kills, 'a kill came before the first byte');
    const last = begin();
    const output: Buffer[] = [];
    last.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    const [code] = await once(last, 'exit');
    assert.equal(code, 0, Buffer.concat(output).toString());

    proxy.plant();
    const made = await faultImages(layers, layerBytes);
    const client = connect(registry.url);
    t.after(() => client.close());
    const sent = proxy.sent({ method: 'PATCH' });
    await assertComplete(client, made);
    const twice = sent - uniqueBytes(made);
    t.diagnostic(`${kills} kills, sent again ${(twice / 1e6).toFixed(1)} MB of ${(sent / 1e6).toFixed(1)} MB`);
    // What was under way in each stream: whole layers of 2.8, of 3 what the line still held, and the probe.
    const perKill = streams * (version === '3' ? inFlight : layerBytes);
    assert.ok(twice <= kills * perKill + 1000, `${twice} bytes sent again`);
    // An upload whose opening was answered after the kill is known to nobody; it expires at the registry.
    if (version === '3') assert.ok((await openUploads(registry.folder)).length <= maximumUnknown);
  });
}
