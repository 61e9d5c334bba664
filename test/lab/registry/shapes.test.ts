import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { imageBytes, readImage } from '../../../electron/engine/images/content.ts';
import { proveImage } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { configType, handMadeLayout, indexType, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';
import { type RegistryVersion, registryVersions, startRegistry } from '../../kit/registry.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
let root: string;
let bundle: Bundle;
/** Bytes that every shape is made of, by digest. */
const original = new Map<string, Buffer>();
/** Digests that are named and lie nowhere. */
let foreign: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-shapes-'));
  const layout = await handMadeLayout(join(root, 'layout'));
  const put: typeof layout.put = async (content, mediaType, options) => {
    const bytes = Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    const descriptor = await layout.put(bytes, mediaType, options);
    original.set(descriptor.digest, bytes);
    return descriptor;
  };
  const tar = await tarOf({ 'etc/service.conf': 'name = service\n', 'usr/bin/service': randomBytes(40_000) });
  const config = await put(
    { architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [] } },
    configType,
  );
  const image = (layers: object[], more: object = {}) =>
    put({ schemaVersion: 2, mediaType: manifestType, config, layers, ...more }, manifestType);

  const plain = await put(tar, layerType);
  const zipped = await put(gzipSync(tar), `${layerType}+gzip`);
  const zstd = await put(zstdCompressSync(tar), `${layerType}+zstd`);
  const single = await image([zipped]);
  await layout.name(single, 'shapes/single:1');
  await layout.name(await image([plain]), 'shapes/uncompressed:1');
  await layout.name(await image([zstd]), 'shapes/zstd:1');
  await layout.name(await image([]), 'shapes/no-layers:1');
  await layout.name(await image([await put('', `${layerType}+gzip`)]), 'shapes/empty-blob:1');
  await layout.name(
    await image([{ ...zipped, annotations: { 'example/层': 'ü "quoted"' } }], {
      annotations: { 'org.example.built': 'yes' },
    }),
    'shapes/annotations:1',
  );
  // Fields that nobody knows, odd spacing, and an order of its own: the bytes are the image.
  const odd = `{ "layers" : [ ${JSON.stringify(zipped)} ],\n\t"future": {"deep":[1,2,{"x":null}]}, "config": ${JSON.stringify({ ...config, extra: 'é' })}, "schemaVersion": 2, "mediaType": "${manifestType}" }\n`;
  await layout.name(await put(odd, manifestType), 'shapes/unknown-fields:1');
  const layer = await put(gzipSync(await tarOf({ a: 'sha512' })), `${layerType}+gzip`, { algorithm: 'sha512' });
  await layout.name(await image([layer]), 'shapes/sha512:1');
  const data = Buffer.from('{}');
  const embedded = await put(data, 'application/vnd.oci.empty.v1+json', { stored: false });
  await layout.name(
    await put(
      {
        schemaVersion: 2,
        mediaType: manifestType,
        artifactType: 'application/vnd.example.report',
        config: { ...embedded, data: data.toString('base64') },
        layers: [await put('the report', 'text/plain')],
        subject: single,
      },
      manifestType,
    ),
    'shapes/single:report',
  );
  const absent = await layout.put(randomBytes(100), 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip', {
    stored: false,
  });
  foreign = absent.digest;
  const docker = 'application/vnd.docker.distribution.manifest.v2+json';
  await layout.name(
    await put(
      {
        schemaVersion: 2,
        mediaType: docker,
        config: { ...config, mediaType: 'application/vnd.docker.container.image.v1+json' },
        layers: [
          { ...absent, urls: ['https://layers.example/base'] },
          { ...zipped, mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip' },
        ],
      },
      docker,
    ),
    'shapes/foreign:1',
  );
  const platform = (architecture: string) => ({ platform: { architecture, os: 'linux' } });
  const arm = await image([zstd, plain]);
  const inner = await put(
    { schemaVersion: 2, mediaType: indexType, manifests: [{ ...arm, ...platform('arm64') }] },
    indexType,
  );
  const outer = {
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [{ ...single, ...platform('amd64') }, inner],
    annotations: { kind: 'nested' },
  };
  await layout.name(await put(outer, indexType), 'shapes/nested-index:1');

  const out = join(root, 'bundle');
  await buildImageBundle({ from: [layout.folder], out, signingKey, partSize: 30_000 });
  bundle = await openBundle([out]);
});
after(async () => {
  await bundle?.close();
  await rm(root, { recursive: true, force: true });
});

test('a bundle carries every shape byte for byte', async () => {
  for (const [digest, content] of original) assert.ok((await bundle.read(digest)).equals(content), digest);
  assert.equal(bundle.size(foreign), undefined);
  assert.equal(bundle.images.length, 11);
});

test('an image weighs what its manifests and blobs do, each once; nothing is said where a manifest cannot be read', async () => {
  const weight = async (reference: string) =>
    imageBytes(bundle, bundle.images.find((image) => image.reference === reference)!);
  const contentOf = async (reference: string) =>
    readImage(bundle, bundle.images.find((image) => image.reference === reference)!);
  for (const reference of ['shapes/single:1', 'shapes/nested-index:1', 'shapes/no-layers:1']) {
    const { manifests, blobs } = await contentOf(reference);
    const sizes = [...manifests.map(({ content }) => content.length), ...blobs.map(({ size }) => size)];
    assert.equal(
      await weight(reference),
      sizes.reduce((sum, size) => sum + size, 0),
      reference,
    );
  }
  const [image] = bundle.images;
  assert.equal(await imageBytes(bundle, { ...image!, digest: foreign }), undefined);
});

for (const version of registryVersions) {
  test(`a real registry ${version} holds every shape byte for byte after the push`, (context) =>
    throughRegistry(context, version));
}

async function throughRegistry(context: { skip: (why: string) => void }, version: RegistryVersion): Promise<void> {
  const server = await startRegistry({ version, foreignLayers: true });
  if ('skipped' in server) return context.skip(server.skipped);
  const registry = connectRegistry({
    endpoint: { url: server.url, prefix: 'site', user: '', credential: 'none' },
    password: () => '',
    authorities: [],
  });
  try {
    const images = await Promise.all(bundle.images.map((image) => readImage(bundle, image)));
    const options = { bundle, registry, images, signal: new AbortController().signal, progress: () => undefined };
    const pushed = await pushImages(options);
    assert.equal(pushed.paused, false);
    for (const content of images) {
      const { image, manifests, blobs } = content;
      const repository = registry.repository(image.repository);
      const tagged = await registry.getManifest(repository, image.tag);
      assert.deepEqual(tagged?.content, original.get(image.digest), image.reference);
      assert.equal(tagged?.mediaType, image.mediaType);
      for (const { digest, mediaType } of manifests) {
        const there = await registry.getManifest(repository, digest);
        assert.deepEqual(there?.content, original.get(digest), `${image.reference} ${digest}`);
        assert.equal(there?.mediaType, mediaType);
      }
      for (const { digest, size } of blobs) {
        const chunks: Buffer[] = [];
        for await (const chunk of await registry.getBlob(repository, digest)) chunks.push(chunk as Buffer);
        const there = Buffer.concat(chunks);
        assert.equal(there.length, size);
        assert.ok(there.equals(original.get(digest)!), `${image.reference} ${digest}`);
      }
      assert.deepEqual((await proveImage(registry, content)).missing, [], image.reference);
    }
    assert.equal((await pushImages(options)).uploaded, 0);
  } finally {
    await registry.close();
    await server.stop();
  }
}
