import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import { configType, handMadeLayout, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';
import { faultyRegistry } from '../images/registry.ts';
import { commandIn } from './command.ts';

let root: string;
let bundle: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-cli-images-'));
  const layout = await handMadeLayout(join(root, 'layout'));
  const layer = await layout.put(await tarOf({ 'data.bin': Buffer.alloc(50_000, 'layer') }), layerType);
  const config = await layout.put({ architecture: 'amd64', os: 'linux' }, configType);
  const manifest = { schemaVersion: 2, mediaType: manifestType, config, layers: [layer] };
  await layout.name(await layout.put(manifest, manifestType), 'energy/api:1');
  bundle = join(root, 'bundle');
  const signingKey = generateKeyPairSync('ed25519').privateKey;
  await buildImageBundle({ from: [join(root, 'layout')], out: bundle, signingKey });
});
after(() => rm(root, { recursive: true, force: true, maxRetries: 3 }));

test('Ctrl-C ends what waits for a registry that does not answer, at once', async (t) => {
  const waiting = new Set<() => void>();
  const silent = createServer(() => {
    for (const stop of waiting) stop();
  });
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
  t.after(() => silent.close().closeAllConnections());
  const registry = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const sitewright = commandIn(join(root, 'home'));
  const to = ['--registry', registry, '--plain-http', '--bundle', bundle];
  const commands = [
    ['images', 'plan', ...to],
    ['images', 'verify', ...to],
    ['images', 'path-test', ...to],
    ['images', 'push', ...to],
    ['site', 'inventory', 'export', ...to, '--out', join(root, 'inventory.json')],
  ];
  for (const words of commands) {
    const asked = new Promise<void>((resolve) => {
      waiting.add(resolve);
    });
    let since = 0;
    const stopped = asked.then(() => {
      since = performance.now();
    });
    const { code, stderr } = await sitewright(words, { signal: 'SIGINT', when: stopped });
    const took = performance.now() - since;
    waiting.clear();
    assert.equal(code, 130, `${words.slice(0, 2).join(' ')}: ${stderr}`);
    assert.ok(took < 10_000, `${words.slice(0, 2).join(' ')} took ${took} ms`);
  }
});

test('Ctrl-C in the proof of a push pauses it: the same push proves it later', async (t) => {
  const registry = await faultyRegistry(t);
  const authority = join(root, 'authority.pem');
  await writeFile(authority, registry.authority);
  const sitewright = commandIn(join(root, 'home'));
  const words = ['images', 'push', '--bundle', bundle, '--registry', registry.url, '--ca', authority];
  const account = ['--username', 'sitewright', '--password-stdin', '--json'];
  const push = (options: object = {}) => sitewright([...words, ...account], { input: registry.password, ...options });
  const proving = new Promise<void>((resolve) => {
    registry.fault = ({ method, path }) => {
      if (method !== 'GET' || !path.includes('/manifests/')) return undefined;
      resolve();
      return { status: 503 };
    };
  });
  const paused = await push({ signal: 'SIGINT', when: proving });
  assert.equal(paused.code, 130, paused.stderr);
  const { paused: stopped, complete, bytesSent } = JSON.parse(paused.stdout) as Record<string, unknown>;
  assert.deepEqual([stopped, complete], [true, false]);
  assert.ok(Number(bytesSent) > 50_000);
  registry.fault = () => undefined;
  const proven = await push();
  assert.equal(proven.code, 0, proven.stderr);
  const again = JSON.parse(proven.stdout) as Record<string, unknown>;
  assert.deepEqual([again.complete, again.bytesSent], [true, 0]);
});

test('a pause names the place only, and says where no push is under way', async () => {
  const sitewright = commandIn(join(root, 'home'));
  const words = ['images', 'pause', '--registry', 'https://registry.test', '--username', 'someone', '--json'];
  const { code, stdout, stderr } = await sitewright(words);
  assert.deepEqual([code, stdout === '' ? stderr : JSON.parse(stdout)], [1, { paused: false }]);
});
