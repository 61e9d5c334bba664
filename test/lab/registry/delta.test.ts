import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import { buildDelta } from '../../../electron/engine/bundle/delta/build-delta.ts';
import { signInventory } from '../../../electron/engine/bundle/delta/inventory.ts';
import { readHeldContent } from '../../../electron/engine/bundle/delta/read-registry.ts';
import { withBase } from '../../../electron/engine/bundle/delta/with-base.ts';
import { signingKeyOf } from '../../../electron/engine/bundle/keys.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { verifyBundle } from '../../../electron/engine/bundle/verify.ts';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { readImage } from '../../../electron/engine/images/content.ts';
import { proveImage } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { writeImageLayout } from '../../kit/image-layout.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
const siteKey = signingKeyOf(generateKeyPairSync('ed25519').privateKey);
const scale = 0.01;
let root: string;
let server: RealRegistry | { readonly skipped: string };
let registry: RegistryClient;
let inventory: string;
const at = (name: string) => join(root, name);

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-delta-'));
  server = await startRegistry();
  if ('skipped' in server) return;
  for (const release of [1, 2] as const) {
    const { folder } = await writeImageLayout(at(`layout-${release}`), { release, scale });
    await buildImageBundle({ from: [folder], out: at(`bundle-${release}`), signingKey });
  }
  registry = connectRegistry({
    endpoint: { url: server.url, prefix: 'site', user: '', credential: 'none' },
    password: () => '',
    authorities: [],
  });
  const first = await openBundle([at('bundle-1')]);
  await push(first);
  const names = first.images.map(({ repository }) => repository);
  await first.close();
  const repositories = [...(await readHeldContent(registry, names))];
  assert.equal(repositories.length, 12);
  inventory = at('site.json');
  const read = new Date().toISOString();
  const { host } = registry;
  await writeFile(inventory, signInventory({ format: 1, site: 'plant', registry: host, read, repositories }, siteKey));
});
after(async () => {
  await registry?.close();
  if (server !== undefined && !('skipped' in server)) await server.stop();
  await rm(root, { recursive: true, force: true });
});

async function push(bundle: Bundle) {
  const images = await Promise.all(bundle.images.map((image) => readImage(bundle, image)));
  const signal = new AbortController().signal;
  const pushed = await pushImages({ bundle, registry, images, signal, progress: () => undefined });
  for (const content of images) assert.deepEqual((await proveImage(registry, content)).missing, []);
  return pushed;
}

async function partBytes(folder: string): Promise<number> {
  return (await stat(join(folder, 'part-0001.swb'))).size;
}

test('a delta leaves out what the site holds, and patches bring the rest down further', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const common = { bundle: [at('bundle-2')], base: inventory, signingKey };
  const plain = await buildDelta({ ...common, out: at('plain') });
  const patched = await buildDelta({ ...common, from: [[at('bundle-1')]], out: at('patched') });
  assert.deepEqual([plain.site, plain.siteKey], ['plant', siteKey.fingerprint]);
  const [whole, byBlob, byPatch] = await Promise.all(
    ['bundle-2', 'plain', 'patched'].map((name) => partBytes(at(name))),
  );
  context.diagnostic(`whole ${whole}, by blob ${byBlob}, by patch ${byPatch} bytes`);
  assert.ok(byBlob! < whole! * 0.6);
  assert.ok(patched.patched.blobs >= 5);
  assert.ok(byPatch! < byBlob! * 0.35, 'patches are a fraction of the layers');
  for (const name of ['plain', 'patched']) assert.ok((await verifyBundle([at(name)])).parts.every(({ ok }) => ok));
  // The same inputs, the same bytes.
  const again = await buildDelta({ ...common, from: [[at('bundle-1')]], out: at('again') });
  assert.equal(again.digest, patched.digest);
});

test('at the site every layer comes out byte for byte, and the push ends complete', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const delta = await openBundle([at('patched')]);
  const whole = await openBundle([at('bundle-2')]);
  const made = await withBase(delta, registry);
  for (const { digest } of delta.delta!.patches) {
    const expected = await whole.read(digest);
    assert.ok((await made.read(digest)).equals(expected), digest);
    const offset = Math.floor(expected.length / 3);
    const rest: Buffer[] = [];
    for await (const piece of made.open(digest, { offset })) rest.push(piece as Buffer);
    assert.ok(Buffer.concat(rest).equals(expected.subarray(offset)), `${digest} from ${offset}`);
  }
  const pushed = await push(made);
  assert.ok(pushed.uploaded > 0);
  for (const { reference, repository, tag, digest } of delta.images)
    assert.equal((await registry.headManifest(registry.repository(repository), tag))?.digest, digest, reference);
  await delta.close();
  await whole.close();
});

test('base blobs that are gone are all named, and nothing is touched', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const delta = await openBundle([at('plain')]);
  const [one, two] = delta.delta!.base;
  for (const { digest, repositories } of [one!, two!])
    for (const name of repositories) assert.ok(await registry.deleteBlob(registry.repository(name), digest));
  const error = await withBase(delta, registry).catch(
    (thrown: unknown) => thrown as { code: string; params: Record<string, unknown> },
  );
  assert.ok('code' in error);
  assert.deepEqual([error.code, error.params.count], ['bundle-base-missing', 2]);
  for (const { digest } of [one!, two!]) assert.match(String(error.params.blobs), new RegExp(digest));
  // Without its base it is for viewing: nothing of the base can be read out of it.
  assert.throws(() => delta.open(one!.digest), { code: 'bundle-invalid' });
  await delta.close();
});

test('an inventory that was changed, or signed by another key than expected, is refused', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const options = { bundle: [at('bundle-2')], out: at('refused'), signingKey };
  const content = await readFile(inventory, 'utf8');
  const spoiled = at('spoiled.json');
  for (const change of [
    content.replace('"site":"plant"', '"site":"other"'),
    content.replace('"site":"plant"', '"site":"x","site":"plant"'),
    content.slice(0, -20),
    '{}',
  ]) {
    await writeFile(spoiled, change);
    await assert.rejects(buildDelta({ ...options, base: spoiled }), { code: 'site-inventory-invalid' });
  }
  const foreign = 'aaaa-aaaa-aaaa-aaaa';
  await assert.rejects(buildDelta({ ...options, base: inventory, siteKey: foreign }), {
    code: 'site-inventory-invalid',
  });
  // What the delta is made of is not what it replaces.
  for (const change of [{ out: options.bundle[0]! }, { from: [[at('bundle-1')]], out: at('bundle-1') }])
    await assert.rejects(buildDelta({ ...options, base: inventory, ...change }), { code: 'usage-invalid' });
  await assert.rejects(buildDelta({ ...options, base: at('nowhere') }), { code: 'usage-invalid' });
});
