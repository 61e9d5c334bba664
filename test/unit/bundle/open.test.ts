import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync, randomBytes } from 'node:crypto';
import { copyFile, mkdir, open, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import { type BuildResult, buildBundle } from '../../../electron/engine/bundle/build.ts';
import type { BundleManifest } from '../../../electron/engine/bundle/format.ts';
import { loadOrCreateSigningKey, signingKeyOf } from '../../../electron/engine/bundle/keys.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import { verifyBundle } from '../../../electron/engine/bundle/verify.ts';
import { copySample } from './sample-copy.ts';

const partSize = 100_000;
const key = signingKeyOf(generateKeyPairSync('ed25519').privateKey);
let sample: Awaited<ReturnType<typeof copySample>>;
let master: string;
let result: BuildResult;
let manifest: BundleManifest;
let copies = 0;

before(async () => {
  sample = await copySample();
  master = join(sample.root, 'master');
  result = await buildBundle({ source: sample.folder, out: master, signingKey: key.privateKey, partSize });
  manifest = JSON.parse(await readFile(join(master, 'manifest.json'), 'utf8')) as BundleManifest;
});
after(() => sample.remove());

async function copy(): Promise<string> {
  const folder = join(sample.root, `copy-${++copies}`);
  await mkdir(folder);
  for (const name of await readdir(master)) await copyFile(join(master, name), join(folder, name));
  return folder;
}

async function flip(file: string, position: number): Promise<void> {
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, position);
  await handle.write(Buffer.from([buffer[0]! ^ 1]), 0, 1, position);
  await handle.close();
}

const historyDigest = () => manifest.files.find(({ path }) => path === 'history/readings.csv.gz')!.digest;
const blobOf = (digest: string) => manifest.blobs.find((blob) => blob.digest === digest)!;

test('small parts: no blob spans two of them but one that is larger than a part', async () => {
  assert.ok(result.parts.length > 10);
  for (const { size } of result.parts) assert.ok(size <= partSize);
  for (const blob of manifest.blobs) {
    const part = manifest.parts.find(({ name }) => name === blob.part)!;
    if (blob.offset + blob.size > part.size) assert.ok(blob.size > partSize, blob.digest);
  }
  const verdict = await verifyBundle([master]);
  assert.ok(verdict.parts.every(({ ok }) => ok));
  assert.deepEqual([verdict.blobs, verdict.bytes], [result.blobs, result.bytes]);
});

test('every blob is read from parts in several folders, from any offset', async () => {
  const folder = await copy();
  const away = join(folder, 'other-stick');
  await mkdir(away);
  for (const { name } of result.parts.filter((_, index) => index % 2 === 1))
    await rename(join(folder, name), join(away, name));
  const bundle = await openReleaseBundle([away, folder]);
  assert.deepEqual(bundle.release.signature, { found: true, valid: true, key: key.fingerprint });
  assert.equal(bundle.release.digest, result.digest);
  for (const { digest, size } of manifest.blobs) {
    const content = await bundle.read(digest);
    assert.equal(`sha256:${createHash('sha256').update(content).digest('hex')}`, digest);
    assert.equal(bundle.size(digest), size);
    for (const offset of [0, 1, Math.floor(size / 2), size]) {
      const chunks: Buffer[] = [];
      for await (const chunk of bundle.open(digest, { offset })) chunks.push(chunk as Buffer);
      assert.ok(Buffer.concat(chunks).equals(content.subarray(offset)), `${digest} from ${offset}`);
    }
  }
  assert.equal(bundle.size('sha256:unknown'), undefined);
  assert.throws(() => bundle.open('sha256:unknown'), { code: 'bundle-invalid' });
  assert.match(bundle.release.texts.get('migrations/0002_readings.sql')!.content, /create table readings/);
  await bundle.close();
});

test('a missing part is named', async () => {
  const folder = await copy();
  const gone = result.parts[3]!.name;
  await rm(join(folder, gone));
  await assert.rejects(openReleaseBundle([folder]), (error: { code: string; params: Record<string, unknown> }) => {
    assert.deepEqual([error.code, error.params.part], ['bundle-part-missing', gone]);
    return true;
  });
  const verdict = await verifyBundle([folder]);
  assert.deepEqual(
    verdict.parts.filter(({ ok }) => !ok).map(({ name }) => name),
    [gone],
  );
});

test('one flipped byte names the part and the blob, while reading and when verifying', async () => {
  const folder = await copy();
  const blob = blobOf(historyDigest());
  const last = manifest.parts.findIndex(({ name }) => name === blob.part) + 4;
  const flipped = manifest.parts[last]!.name;
  await flip(join(folder, flipped), 77);
  const bundle = await openReleaseBundle([folder]);
  await assert.rejects(bundle.read(blob.digest), { code: 'bundle-part-corrupt' });
  await assert.rejects(
    async () => {
      for await (const _ of bundle.open(blob.digest));
    },
    { code: 'bundle-part-corrupt' },
  );
  await bundle.close();

  const small = manifest.blobs.find(({ digest }) => digest === manifest.images[0]!.digest)!;
  await flip(join(folder, small.part), small.offset);
  const verdict = await verifyBundle([folder]);
  const bad = verdict.parts.filter(({ ok }) => !ok);
  assert.deepEqual(
    bad.map(({ name }) => name),
    [flipped, small.part].sort(),
  );
  assert.deepEqual(bad.find(({ name }) => name === small.part)!.blobs.includes(small.digest), true);
  assert.deepEqual(bad.find(({ name }) => name === flipped)!.blobs, [blob.digest]);
  assert.match(say('zh-CN', bad[0]!.problem!), /摘要不符.*sha256:/);
  assert.equal(verdict.blobs, manifest.blobs.length - 2);
  const opened = await openReleaseBundle([folder]);
  await assert.rejects(opened.read(small.digest), (error: { code: string; params: Record<string, unknown> }) => {
    assert.deepEqual(
      [error.code, error.params.part, error.params.blob],
      ['bundle-part-corrupt', small.part, small.digest],
    );
    return true;
  });
  await opened.close();
});

test('a cut part is damaged, and a whole one in another folder goes before it', async () => {
  const folder = await copy();
  const { name, size } = result.parts.at(-1)!;
  await truncate(join(folder, name), size - 10);
  await assert.rejects(openReleaseBundle([folder]), { code: 'bundle-part-corrupt' });
  const [bad] = (await verifyBundle([folder])).parts.filter(({ ok }) => !ok);
  assert.match(say('en-US', bad!.problem!), new RegExp(`${size - 10} bytes instead of ${size}`));
  await (await openReleaseBundle([folder, master])).close();
});

test('a changed manifest or a foreign signature opens for viewing only', async () => {
  const folder = await copy();
  const text = await readFile(join(folder, 'manifest.json'), 'utf8');
  await writeFile(join(folder, 'manifest.json'), text.replace('"rejectLimit":0', '"rejectLimit":9'));
  const changed = await openReleaseBundle([folder]);
  assert.equal(changed.release.signature.valid, false);
  await changed.close();
  await assert.rejects(verifyBundle([folder]), { code: 'bundle-signature-invalid' });

  await writeFile(join(folder, 'manifest.json'), text);
  const sealed = JSON.parse(await readFile(join(folder, 'manifest.sig'), 'utf8')) as Record<string, string>;
  await writeFile(join(folder, 'manifest.sig'), JSON.stringify({ ...sealed, fingerprint: 'aaaa-aaaa-aaaa-aaaa' }));
  const lying = await openReleaseBundle([folder]);
  assert.deepEqual(lying.release.signature, { found: true, valid: true, key: key.fingerprint });
  await lying.close();
  await rm(join(folder, 'manifest.sig'));
  const unsigned = await openReleaseBundle([folder]);
  assert.deepEqual(unsigned.release.signature, { found: false, valid: false, key: '' });
  await unsigned.close();
});

test('a manifest that contradicts itself or names a file elsewhere is refused', async () => {
  const folder = await copy();
  const zero = `sha256:${'0'.repeat(64)}`;
  const { parts, files, blobs, images } = manifest;
  const spoiled: readonly Record<string, unknown>[] = [
    { parts: [{ ...parts[0], name: '../part-0001.swb' }, ...parts.slice(1)] },
    { files: [{ ...files[0], path: '../../release.yaml' }, ...files.slice(1)] },
    { blobs: [{ ...blobs[0], offset: partSize * 2 }, ...blobs.slice(1)] },
    { blobs: [...blobs.slice(0, -1), { ...blobs.at(-1), size: blobs.at(-1)!.size + 1 }] },
    { blobs: [...blobs, blobs[0]] },
    { images: [{ ...images[0], digest: zero }, ...images.slice(1)] },
    { extra: true },
  ];
  for (const change of spoiled) {
    await writeFile(join(folder, 'manifest.json'), JSON.stringify({ ...manifest, ...change }));
    await assert.rejects(openReleaseBundle([folder]), { code: 'bundle-invalid' });
  }
  await writeFile(join(folder, 'manifest.json'), '{');
  await assert.rejects(openReleaseBundle([folder]), { code: 'bundle-invalid' });
  await assert.rejects(openReleaseBundle([join(folder, 'nowhere')]), { code: 'bundle-not-found' });
});

test('reading and verifying stop when asked to', async () => {
  const bundle = await openReleaseBundle([master]);
  const stream = bundle.open(historyDigest(), { signal: AbortSignal.abort() });
  await assert.rejects(async () => {
    for await (const _ of stream);
  });
  await bundle.close();
  await assert.rejects(verifyBundle([master], { signal: AbortSignal.abort() }), { code: 'cancelled' });
});

test('an image comes from an OCI layout as well, blob for blob, and a damaged one is refused', async () => {
  const { folder, root } = sample;
  const layout = join(folder, 'layout');
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const put = async (content: Buffer, mediaType: string) => {
    const hex = createHash('sha256').update(content).digest('hex');
    await writeFile(join(layout, 'blobs', 'sha256', hex), content);
    return { mediaType, digest: `sha256:${hex}`, size: content.length };
  };
  const layer = await put(randomBytes(250_000), 'application/vnd.oci.image.layer.v1.tar+gzip');
  const config = await put(Buffer.from('{}'), 'application/vnd.oci.image.config.v1+json');
  const type = 'application/vnd.oci.image.manifest.v1+json';
  const image = await put(
    Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType: type, config, layers: [layer] })),
    type,
  );
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [image] }));
  const release = join(folder, 'release.yaml');
  const original = await readFile(release, 'utf8');
  await writeFile(
    release,
    original.replace('images:\n', "images:\n  - { reference: 'energy/extra:1', source: layout }\n"),
  );
  const out = join(root, 'with-layout');
  const options = { source: folder, out, signingKey: key.privateKey };
  try {
    const built = await buildBundle(options);
    assert.equal(built.images[0]!.digest, image.digest);
    const bundle = await openReleaseBundle([out]);
    assert.equal((await bundle.read(layer.digest)).length, 250_000);
    await bundle.close();
    await flip(join(layout, 'blobs', 'sha256', layer.digest.slice(7)), 5);
    await assert.rejects(buildBundle(options), { code: 'release-invalid' });
    await rm(join(layout, 'blobs', 'sha256', layer.digest.slice(7)));
    await assert.rejects(buildBundle(options), { code: 'release-invalid' });
  } finally {
    await writeFile(release, original);
  }
});

test('the signing key is made once, for its owner only, and found again', async () => {
  const file = join(sample.root, 'keys', 'signing.pem');
  const [one, two] = await Promise.all([loadOrCreateSigningKey(file), loadOrCreateSigningKey(file)]);
  assert.equal(one.fingerprint, (await loadOrCreateSigningKey(file)).fingerprint);
  assert.equal(one.fingerprint, two.fingerprint);
  assert.match(one.fingerprint, /^([0-9a-f]{4}-){3}[0-9a-f]{4}$/);
  if (process.platform !== 'win32') assert.equal((await stat(file)).mode & 0o777, 0o600);
  await writeFile(file, 'nonsense');
  await assert.rejects(loadOrCreateSigningKey(file), { code: 'usage-invalid' });
});
