import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import type { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { readImage } from '../../../electron/engine/images/content.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { isCode } from '../../kit/errors.ts';
import { configType, handMadeLayout, indexType, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
let root: string;
let server: RealRegistry | { readonly skipped: string };

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-remote-'));
  server = await startRegistry();
  if ('skipped' in server) return;
  const layout = await handMadeLayout(join(root, 'layout'));
  const layer = await layout.put(
    gzipSync(await tarOf({ 'node_modules/pg/package.json': '{"name":"pg","version":"8.23.1"}' })),
    `${layerType}+gzip`,
  );
  const config = await layout.put({ rootfs: { type: 'layers', diff_ids: [] } }, configType);
  const image = await layout.put(
    { schemaVersion: 2, mediaType: manifestType, config, layers: [layer], future: true },
    manifestType,
  );
  const platform = { architecture: 'amd64', os: 'linux' };
  const index = await layout.put(
    { schemaVersion: 2, mediaType: indexType, manifests: [{ ...image, platform }] },
    indexType,
  );
  await layout.name(index, 'energy/api:4.2.0');
  await buildImageBundle({ from: [layout.folder], out: join(root, 'original'), signingKey });
  const bundle = await openBundle([join(root, 'original')]);
  const registry = connectRegistry({
    endpoint: { url: server.url, prefix: '', user: '', credential: 'none' },
    password: () => '',
    authorities: [],
  });
  const images = await Promise.all(bundle.images.map((each) => readImage(bundle, each)));
  await pushImages({ bundle, registry, images, signal: new AbortController().signal, progress: () => undefined });
  await registry.close();
  await bundle.close();
});
after(async () => {
  if (server !== undefined && !('skipped' in server)) await server.stop();
  await rm(root, { recursive: true, force: true });
});

test('an image of a registry comes into a bundle as it stands there: the very bundle that a layout gives', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const original = await openBundle([join(root, 'original')]);
  const from = `${server.url}/energy/api:4.2.0`;
  const built = await buildImageBundle({ from: [from], out: join(root, 'fetched'), signingKey });
  assert.equal(built.digest, original.digest);
  assert.deepEqual(built.images, original.images);
  await original.close();
});

test('an image that is not there, and an address that is none, are told', async (context) => {
  if ('skipped' in server) return context.skip(server.skipped);
  const out = join(root, 'refused');
  const build = (from: string) => buildImageBundle({ from: [from], out, signingKey });
  await assert.rejects(build(`${server.url}/energy/api:9`), (error: SitewrightError) => {
    assert.match(say('en-US', error.view().message), /has no image .*energy\/api:9/);
    return isCode('release-invalid')(error);
  });
  await assert.rejects(build(`${server.url}/energy/api`), { code: 'release-invalid' });
  await assert.rejects(build('http://user:secret@127.0.0.1:1/energy/api:1'), (error: SitewrightError) => {
    assert.equal(error.code, 'release-invalid');
    assert.doesNotMatch(`${JSON.stringify(error.view())} ${error.message}`, /secret/);
    return true;
  });
});

test('a registry that wants an account gets the one that container tools keep on this machine', async () => {
  const { createServer } = await import('node:http');
  const seen: (string | undefined)[] = [];
  const asking = createServer((request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="registry"' }).end();
  });
  await new Promise<void>((resolve) => asking.listen(0, '127.0.0.1', resolve));
  const { port } = asking.address() as { port: number };
  const file = join(root, 'config.json');
  const auth = Buffer.from('builder:pass:word').toString('base64');
  await writeFile(file, JSON.stringify({ auths: { [`127.0.0.1:${port}`]: { auth } } }));
  const before = process.env.REGISTRY_AUTH_FILE;
  process.env.REGISTRY_AUTH_FILE = file;
  try {
    const from = [`http://127.0.0.1:${port}/energy/api:1`];
    await assert.rejects(buildImageBundle({ from, out: join(root, 'signed-in'), signingKey }), {
      code: 'registry-unauthorized',
    });
    assert.ok(seen.includes(`Basic ${auth}`));
  } finally {
    if (before === undefined) delete process.env.REGISTRY_AUTH_FILE;
    else process.env.REGISTRY_AUTH_FILE = before;
    asking.close();
  }
});
