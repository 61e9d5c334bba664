import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { text } from '../../../electron/contract/text.ts';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { readImage } from '../../../electron/engine/images/content.ts';
import { configType, handMadeLayout, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
const sha256 = (content: Buffer) => createHash('sha256').update(content).digest('hex');
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-sources-'));
});
after(() => rm(root, { recursive: true, force: true }));

async function opened(from: readonly string[], use: (bundle: Bundle) => Promise<void>): Promise<void> {
  const out = await mkdtemp(join(root, 'bundle-'));
  await buildImageBundle({ from, out, signingKey });
  const bundle = await openBundle([out]);
  try {
    await use(bundle);
  } finally {
    await bundle.close();
  }
}

type Manifest = { config: { digest: string }; layers: { digest: string; mediaType: string; size: number }[] };

/** A docker-archive as `docker save` wrote it for ten years: a folder per layer, the second image's shared layer as a link. */
async function dockerArchive(): Promise<{ archive: Buffer; shared: Buffer; own: Buffer; config: Buffer }> {
  const shared = await tarOf({ 'bin/sh': randomBytes(30_000) });
  const own = gzipSync(await tarOf({ 'srv/app': 'app' }));
  const config = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(shared)}`, `sha256:${'0'.repeat(64)}`] },
    }),
  );
  const second = Buffer.from(
    JSON.stringify({
      architecture: 'amd64',
      os: 'linux',
      rootfs: { type: 'layers', diff_ids: [`sha256:${sha256(shared)}`] },
    }),
  );
  const archive = await tarOf({
    'aa/layer.tar': shared,
    'bb/layer.tar': own,
    'cc/layer.tar': '-> ../aa/layer.tar',
    'config.json': config,
    'second.json': second,
    repositories: '{}',
    'manifest.json': JSON.stringify([
      {
        Config: 'config.json',
        RepoTags: ['registry.vendor.example/energy/api:1', 'energy/api:latest'],
        Layers: ['aa/layer.tar', 'bb/layer.tar'],
      },
      { Config: 'second.json', RepoTags: ['energy/base:1'], Layers: ['cc/layer.tar'] },
    ]),
  });
  return { archive, shared, own, config };
}

test('a docker-archive is read where it lies: layers keep their bytes, each under its right media type', async () => {
  const { archive, shared, own, config } = await dockerArchive();
  const file = join(root, 'saved.tar');
  await writeFile(file, archive);
  await opened([file], async (bundle) => {
    assert.deepEqual(
      bundle.images.map(({ reference }) => reference),
      ['energy/api:1', 'energy/api:latest', 'energy/base:1'],
    );
    const [api, , base] = bundle.images;
    const manifest = JSON.parse((await bundle.read(api!.digest)).toString()) as Manifest;
    assert.deepEqual(
      manifest.layers.map(({ mediaType, digest }) => [mediaType, digest]),
      [
        [layerType, `sha256:${sha256(shared)}`],
        [`${layerType}+gzip`, `sha256:${sha256(own)}`],
      ],
    );
    assert.deepEqual(await bundle.read(manifest.config.digest), config);
    assert.deepEqual(await bundle.read(manifest.layers[0]!.digest), shared);
    const { blobs } = await readImage(bundle, base!);
    assert.ok(
      blobs.some(({ digest }) => digest === `sha256:${sha256(shared)}`),
      'the link was followed',
    );
  });
});

test('an archive whose layer is not what its configuration says is refused', async () => {
  const { archive, shared } = await dockerArchive();
  const at = archive.indexOf(shared.subarray(600, 700));
  archive[at] = archive[at]! ^ 1;
  const file = join(root, 'spoiled.tar');
  await writeFile(file, archive);
  await assert.rejects(
    opened([file], async () => undefined),
    { code: 'release-invalid' },
  );
  await writeFile(file, 'no tar at all');
  await assert.rejects(
    opened([file], async () => undefined),
    { code: 'release-invalid' },
  );
});

test('a place where nothing lies is said to be none', async () => {
  for (const name of ['nowhere', 'nowhere.tar'])
    await assert.rejects(
      opened([join(root, name)], async () => undefined),
      { code: 'release-invalid', params: { file: join(root, name), problem: text('bundle.problem.nothing-there') } },
    );
});

test('an OCI layout in a tar keeps its manifests; a folder of tars and layouts is read as a whole', async () => {
  const folder = join(root, 'several');
  const layout = await handMadeLayout(join(folder, 'api'));
  const layer = await layout.put(await tarOf({ a: 'b' }), layerType);
  const config = await layout.put({ rootfs: { type: 'layers', diff_ids: [layer.digest] } }, configType);
  const manifest = await layout.put(
    { schemaVersion: 2, mediaType: manifestType, config, layers: [layer], future: 1 },
    manifestType,
  );
  await layout.name(manifest, '1.0');
  const files: Record<string, Buffer> = {};
  for (const name of [
    'oci-layout',
    'index.json',
    ...[layer, config, manifest].map(({ digest }) => `blobs/${digest.replace(':', '/')}`),
  ])
    files[name] = await readFile(join(layout.folder, name));
  // What new versions of docker add to it.
  files['manifest.json'] = Buffer.from('[]');
  await writeFile(join(folder, 'web.tar'), await tarOf(files));
  await mkdir(join(folder, 'notes'));
  await opened([folder], async (bundle) => {
    assert.deepEqual(
      bundle.images.map(({ reference, digest }) => [reference, digest]),
      [
        ['api:1.0', manifest.digest],
        ['web:1.0', manifest.digest],
      ],
    );
  });
  await assert.rejects(
    opened([join(folder, 'notes')], async () => undefined),
    { code: 'release-invalid' },
  );
});
