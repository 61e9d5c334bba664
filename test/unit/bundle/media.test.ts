import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createHash, generateKeyPairSync } from 'node:crypto';
import {
  chmod,
  copyFile,
  cp,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import { followVerification } from '../../../electron/engine/bundle/calls.ts';
import type { BundleManifest } from '../../../electron/engine/bundle/format.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { verifyBundle } from '../../../electron/engine/bundle/verify.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { isPassing } from '../../../electron/engine/images/persistence.ts';
import { isCode } from '../../kit/errors.ts';
import { writeImageLayout } from '../../kit/image-layout.ts';
import { configType, handMadeLayout, manifestType } from '../../kit/oci-layout.ts';

const run = promisify(execFile);
const { privateKey } = generateKeyPairSync('ed25519');
const partSize = 300_000;
let root: string;
let master: string;
let layout: string;
let manifest: BundleManifest;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-media-'));
  layout = (await writeImageLayout(join(root, 'layout'), { scale: 0.002 })).folder;
  master = join(root, 'master');
  await buildImageBundle({ from: [layout], out: master, signingKey: privateKey, partSize });
  manifest = JSON.parse(await readFile(join(master, 'manifest.json'), 'utf8')) as BundleManifest;
});
after(() => rm(root, { recursive: true, force: true }));

/** The bundle spread over three folders: every third part on each, the manifest on the last. */
async function spread(): Promise<readonly [string, string, string]> {
  const base = await mkdtemp(join(root, 'sticks-'));
  const sticks = ['one', 'two', 'three'].map((name) => join(base, name)) as [string, string, string];
  for (const stick of sticks) await mkdir(stick);
  for (const [index, { name }] of manifest.parts.entries())
    await copyFile(join(master, name), join(sticks[index % 3]!, name));
  for (const name of ['manifest.json', 'manifest.sig']) await copyFile(join(master, name), join(sticks[2], name));
  return sticks;
}

test('parts on three media, named in any order, among files that are not of the bundle', async () => {
  const [one, two, three] = await spread();
  assert.ok(manifest.parts.length > 9);
  await writeFile(join(one, 'part-9999.swb'), 'of another bundle');
  await writeFile(join(two, 'System Volume Information'), '');
  await mkdir(join(three, 'part-0002.swb.old'));
  for (const folders of [
    [one, two, three],
    [three, one, two],
    [two, three, one],
  ]) {
    const bundle = await openBundle(folders);
    for (const { digest, size } of manifest.blobs) assert.equal((await bundle.read(digest)).length, size);
    await bundle.close();
    assert.ok((await verifyBundle(folders)).parts.every(({ ok }) => ok));
  }
});

test('a medium that is not there, or a part under another name, is named', async () => {
  const [one, two, three] = await spread();
  await rename(join(two, manifest.parts[1]!.name), join(two, 'part-0002 (1).swb'));
  const error = await openBundle([one, two, three]).catch(
    (thrown: unknown) => thrown as { code: string; params: { part: string } },
  );
  assert.ok('code' in error);
  assert.deepEqual([error.code, error.params.part], ['bundle-part-missing', manifest.parts[1]!.name]);
  const { parts } = await verifyBundle([three, one]);
  assert.deepEqual(
    parts.filter(({ ok }) => !ok).map(({ name }) => name),
    manifest.parts.filter((_part, index) => index % 3 === 1).map(({ name }) => name),
  );
});

test('the signature may lie on any medium; without one the bundle is told to be unsigned, not forged', async () => {
  const folders = await spread();
  const [one, two, three] = folders;
  await rename(join(three, 'manifest.sig'), join(one, 'manifest.sig'));
  assert.ok((await verifyBundle([three, two, one])).parts.every(({ ok }) => ok));
  const words = JSON.parse(await readFile(join(one, 'manifest.sig'), 'utf8')) as { signature: string };
  const other = { ...words, signature: Buffer.alloc(64).toString('base64') };
  await writeFile(join(two, 'manifest.sig'), JSON.stringify(other));
  assert.ok(
    (await verifyBundle([three, two, one])).parts.every(({ ok }) => ok),
    'one that fits is enough',
  );
  await rm(join(one, 'manifest.sig'));
  await assert.rejects(verifyBundle(folders), isCode('bundle-signature-invalid'));
  await rm(join(two, 'manifest.sig'));
  await assert.rejects(verifyBundle(folders), isCode('bundle-unsigned'));
  const unsigned = await openBundle(folders);
  assert.deepEqual(unsigned.signature, { found: false, valid: false, key: '' });
  await unsigned.close();
});

test('a medium that fails and comes back is read again by the same program', async () => {
  const folders = await spread();
  const bundle = await openBundle(folders);
  const blob = manifest.blobs.find(({ part }) => part === manifest.parts[1]!.name)!;
  const file = join(folders[1], blob.part);
  // A folder can be opened and not be read: as a device that is gone from under an open file.
  await rename(file, `${file}.away`);
  await mkdir(file);
  const failed = await bundle.read(blob.digest).catch((thrown: unknown) => thrown);
  isCode('bundle-part-unreadable')(failed);
  assert.ok(isPassing(failed), 'a push keeps what it has sent');
  await rm(file, { recursive: true });
  isCode('bundle-part-missing')(await bundle.read(blob.digest).catch((thrown: unknown) => thrown));
  await rename(`${file}.away`, file);
  assert.equal((await bundle.read(blob.digest)).length, blob.size);
  await bundle.close();
});

test('another bundle under the same path is another bundle', async () => {
  const home = await mkdtemp(join(root, 'home-'));
  const engine = createEngine({ home, scripts: 'installer-scripts' });
  const stick = join(home, 'stick');
  const copied = async (from: string) => {
    await rm(stick, { recursive: true, force: true });
    await cp(from, stick, { recursive: true });
  };
  await copied(master);
  const first = await engine.bundle([stick]);
  assert.equal(await engine.bundle([stick]), first, 'opened once');
  const newer = join(home, 'newer');
  const other = await handMadeLayout(join(home, 'layout'));
  const config = await other.put({ architecture: 'amd64', os: 'linux' }, configType);
  await other.name(
    await other.put({ schemaVersion: 2, mediaType: manifestType, config, layers: [] }, manifestType),
    'a:1',
  );
  const built = await buildImageBundle({ from: [other.folder], out: newer, signingKey: privateKey });
  await copied(newer);
  assert.equal((await engine.bundle([stick])).digest, built.digest);
  await rm(stick, { recursive: true });
  await assert.rejects(engine.bundle([stick]), isCode('bundle-not-found'));
  await engine.close();
});

test('reading and verifying write nothing, and a read-only medium is enough', async () => {
  const folders = await spread();
  const files = async () => (await Promise.all(folders.map((folder) => readdir(folder)))).flat().sort();
  const before = await files();
  for (const folder of folders) {
    for (const name of await readdir(folder)) await chmod(join(folder, name), 0o444);
    await chmod(folder, 0o555);
  }
  // As root, permissions hold nobody back: the system calls tell whether anything was opened for writing.
  const script = `import { openBundle } from './electron/engine/bundle/open.ts';
    import { verifyBundle } from './electron/engine/bundle/verify.ts';
    const bundle = await openBundle(${JSON.stringify(folders)});
    const read = process.getBuiltinModule('node:fs');
    const before = process.resourceUsage().fsWrite;
    for (const { digest } of bundle.images) await bundle.read(digest);
    await verifyBundle(${JSON.stringify(folders)});
    console.log(process.resourceUsage().fsWrite - before);`;
  const { stdout } = await run(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: join(import.meta.dirname, '../../..'),
  });
  assert.equal(Number(stdout), 0);
  assert.deepEqual(await files(), before);
  for (const folder of folders) await chmod(folder, 0o755);
});

test('one flipped byte names its part and its blob, and copying that part again is enough', async () => {
  const folders = await spread();
  const blob = manifest.blobs.find(
    ({ size, part, offset }) => size > 1000 && offset > 0 && part !== manifest.parts[0]!.name,
  )!;
  const file = join(folders[manifest.parts.findIndex(({ name }) => name === blob.part) % 3]!, blob.part);
  const handle = await open(file, 'r+');
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, blob.offset + 500);
  await handle.write(Buffer.from([buffer[0]! ^ 0x40]), 0, 1, blob.offset + 500);
  await handle.close();
  const { parts } = await verifyBundle(folders);
  const bad = parts.filter(({ ok }) => !ok);
  assert.deepEqual(
    bad.map(({ name, blobs }) => [name, blobs]),
    [[blob.part, [blob.digest]]],
  );
  await copyFile(join(master, blob.part), file);
  assert.ok((await verifyBundle(folders)).parts.every(({ ok }) => ok));
});

test('a verification tells how far it is, and stops when nobody listens any more', async () => {
  const events = [];
  for await (const event of followVerification([master])) events.push(event);
  const last = events.at(-1)!;
  assert.ok(last.type === 'done' && last.verdict.ok && last.verdict.blobs === manifest.blobs.length);
  const progress = events.filter((event) => event.type === 'progress').at(-1)!;
  const total = manifest.parts.reduce((sum, { size }) => sum + size, 0);
  assert.deepEqual([progress.done, progress.total], [total, total]);
  const cut: string[] = [];
  for await (const event of followVerification([master], AbortSignal.abort())) {
    cut.push(event.type === 'failed' && 'key' in event.error.message ? event.error.code : event.type);
  }
  assert.equal(cut.at(-1), 'cancelled');
});

test('the same layout gives the same bytes: another folder, umask, time of files and time zone', async () => {
  const other = join(root, 'elsewhere', 'deeper');
  await writeImageLayout(other, { scale: 0.002 });
  await utimes(join(other, 'index.json'), 1, 1);
  const out = join(root, 'again');
  const key = join(root, 'key.pem');
  await writeFile(key, privateKey.export({ type: 'pkcs8', format: 'pem' }));
  const script = `process.umask(0o077);
    import { readFileSync } from 'node:fs';
    import { buildImageBundle } from './electron/engine/bundle/build-images.ts';
    await buildImageBundle({ from: [${JSON.stringify(other)}], out: ${JSON.stringify(out)}, partSize: ${partSize}, signingKey: readFileSync(${JSON.stringify(key)}, 'utf8') });`;
  await run(process.execPath, ['--input-type=module-typescript', '-e', script], {
    cwd: join(import.meta.dirname, '../../..'),
    env: { ...process.env, TZ: 'Asia/Kathmandu', LANG: 'tr_TR.UTF-8', LC_ALL: 'tr_TR.UTF-8' },
  });
  const sums = async (folder: string) =>
    Promise.all(
      (await readdir(folder)).sort().map(async (name) => [
        name,
        createHash('sha256')
          .update(await readFile(join(folder, name)))
          .digest('hex'),
      ]),
    );
  assert.deepEqual(await sums(out), await sums(master));
  assert.equal((await stat(join(out, 'manifest.json'))).size, (await stat(join(master, 'manifest.json'))).size);
});

test('a manifest with a double key, with a path that leads out, or changed after signing is refused', async () => {
  const folders = await spread();
  const file = join(folders[2], 'manifest.json');
  const original = await readFile(file, 'utf8');
  const first = manifest.images[0]!;
  const refusals = [
    original.replace('"reference":', '"digest":"sha256:00","reference":'),
    original.replace(`"reference":"${first.reference}"`, `"reference":"other:1","reference":"${first.reference}"`),
    original.replace('"path":"sbom.cdx.json"', '"path":"../sbom.cdx.json"'),
    original.replace('"path":"sbom.cdx.json"', '"path":"/etc/passwd"'),
    original.replace('"path":"sbom.cdx.json"', '"path":"a\\\\..\\\\b"'),
    original.replaceAll('"part-0002.swb"', '"../part-0002.swb"'),
    `${original} `,
  ];
  for (const spoiled of refusals) {
    assert.notEqual(spoiled, original);
    await writeFile(file, spoiled);
    await assert.rejects(openBundle(folders), { code: 'bundle-invalid' }, spoiled.slice(0, 80));
  }
  await writeFile(file, original.replace(`"tag":"${first.tag}"`, '"tag":"evil"'));
  const tampered = await openBundle(folders);
  assert.equal(tampered.signature.valid, false);
  await tampered.close();
  await assert.rejects(verifyBundle(folders), { code: 'bundle-signature-invalid' });
});
