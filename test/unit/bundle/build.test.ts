import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import { copySample, refusalOf } from './sample-copy.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
type Sample = Awaited<ReturnType<typeof copySample>>;
let sample: Sample;
before(async () => {
  sample = await copySample();
});
after(() => sample.remove());

const build = (from: Sample, name: string, partSize?: number) =>
  buildBundle({ source: from.folder, out: join(from.root, name), signingKey, ...(partSize && { partSize }) });

async function everything(folder: string): Promise<Record<string, string>> {
  const names = (await readdir(folder)).sort();
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await readFile(join(folder, name))).toString('base64')])),
  );
}

const refusal = (path: string, edit: (content: string) => string) => refusalOf(sample, path, edit);

test('the same input gives the same bytes: another folder, other times, another umask', async () => {
  const other = await copySample();
  const old = process.umask(0o077);
  try {
    for (const path of ['release.yaml', 'images/api/main.ts', 'images/common/log.ts'])
      await utimes(join(other.folder, path), 1, 1);
    const start = performance.now();
    const one = await build(sample, 'one');
    assert.ok(performance.now() - start < 6_000);
    const two = await build(other, 'two');
    assert.equal(one.digest, two.digest);
    assert.deepEqual(await everything(join(sample.root, 'one')), await everything(join(other.root, 'two')));
  } finally {
    process.umask(old);
    await other.remove();
  }
});

test('the history is made and counted, and the bundle does not name its generator', async () => {
  await build(sample, 'history');
  const bundle = await openReleaseBundle([join(sample.root, 'history')]);
  const [history] = bundle.release.file.database.history;
  assert.equal(history?.rows, 175_200);
  assert.equal(history?.generator, undefined);
  const zipped = await bundle.read(bundle.release.blobs.get('history/readings.csv.gz')!.digest);
  assert.deepEqual([zipped.readUInt32LE(4), zipped[9]], [0, 255]);
  const lines = gunzipSync(zipped).toString().trimEnd().split('\n');
  assert.equal(lines[0], 'meter_id,at,kwh');
  assert.match(lines[1]!, /^1,2025-01-01T00:00:00Z,\d+\.\d{3}$/);
  assert.equal(new Set(lines.slice(1).map((line) => line.slice(0, line.lastIndexOf(',')))).size, 175_200);
  await bundle.close();
});

test('images share layers and carry exactly what they need', async () => {
  await build(sample, 'images');
  const bundle = await openReleaseBundle([join(sample.root, 'images')]);
  type Manifest = { config: { digest: string }; layers: { digest: string; size: number }[] };
  const manifests = await Promise.all(
    bundle.release.images.map(async ({ digest, size }) => {
      const content = await bundle.read(digest);
      assert.equal(content.length, size);
      return JSON.parse(content.toString()) as Manifest;
    }),
  );
  const [api, jobs] = manifests.map(({ layers }) => layers.map(({ digest }) => digest));
  assert.deepEqual(api!.slice(0, 2), jobs!.slice(0, 2));
  assert.notEqual(api![2], jobs![2]);
  const modules = new Set<string>();
  const tar = extract();
  tar.end(gunzipSync(await bundle.read(api![0]!)));
  for await (const entry of tar) {
    const { header } = entry;
    assert.deepEqual([header.uid, header.gid, header.mtime?.getTime()], [0, 0, 0]);
    const [, name] = /^app\/node_modules\/([^/]+)\/package\.json$/.exec(header.name) ?? [];
    if (name) modules.add(name);
    entry.resume();
  }
  const config = JSON.parse((await bundle.read(manifests[0]!.config.digest)).toString()) as {
    config: { Entrypoint: string[] };
  };
  assert.deepEqual(config.config.Entrypoint, ['node', '/app/api/main.ts']);
  assert.ok(modules.has('pg') && modules.has('pg-protocol') && modules.has('split2'));
  assert.ok(!modules.has('typescript') && !modules.has('pg-cloudflare') && !modules.has('yaml'));
  await bundle.close();
});

test('what is wrong in release.yaml is told with line and column', async () => {
  const unknown = await refusal('release.yaml', (content) =>
    content.replace('namespace: energy', 'namespace: energy\nnamespaces: x'),
  );
  assert.match(unknown.file, /^release\.yaml:\d+:1$/);
  assert.match(unknown.problem, /namespaces/);
  const missing = await refusal('release.yaml', (content) =>
    content.replace('manifests/account.yaml', 'manifests/acount.yaml'),
  );
  assert.match(missing.file, /^release\.yaml:\d+:5$/);
  assert.match(missing.problem, /manifests\/acount\.yaml/);
  const outside = await refusal('release.yaml', (content) =>
    content.replace('manifests/account.yaml', '../energy/release.yaml'),
  );
  assert.match(outside.problem, /outside|leads out/);
  const version = await refusal('release.yaml', (content) => content.replace('version: 4.2.0', 'version: latest'));
  assert.match(version.file, /^release\.yaml:3:10$/);
  const double = await refusal('release.yaml', (content) => content.replace('format: 1', 'format: 1\nformat: 1'));
  assert.match(double.problem, /unique/);
});

test('manifests, placeholders, parameters and data files are checked', async () => {
  const cases: readonly [string, (content: string) => string, RegExp, RegExp][] = [
    [
      'manifests/settings.yaml',
      (content) => content.replace('parameter.logLevel', 'parameter.loglevel'),
      /^manifests\/settings\.yaml:7:20$/,
      /loglevel/,
    ],
    [
      'manifests/settings.yaml',
      (content) => content.replace('${authority}', '${authorities}'),
      /settings\.yaml:\d+:\d+/,
      /authorities/,
    ],
    [
      'manifests/settings.yaml',
      (content) => content.replace('${authority}', '${secret.database-owner}'),
      /settings\.yaml/,
      /Secret/,
    ],
    ['manifests/account.yaml', (content) => content.replace('kind:', 'kin:'), /account\.yaml:2:1/, /kind/],
    ['manifests/account.yaml', (content) => `${content}\tbad: [`, /account\.yaml:\d+:\d+/, /./],
    [
      'parameters.schema.json',
      (content) => content.replace('"default": 60', '"default": 1'),
      /parameters/,
      /sessionMinutes/,
    ],
    [
      'configuration/sites.yaml',
      (content) => content.replace('S-02', 'S-01'),
      /^configuration\/sites\.yaml$/,
      /2.*code/,
    ],
    [
      'configuration/users.yaml',
      (content) => content.replace('password: user/admin', 'passwort: user/admin'),
      /^configuration\/users\.yaml$/,
      /./,
    ],
    [
      'release.yaml',
      (content) => content.replace(/( +- migrations\/0001.*\n)( +- migrations\/0002.*\n)/, '$2$1'),
      /release\.yaml/,
      /0001_sites/,
    ],
    [
      'release.yaml',
      (content) => content.replace('columns: [meter_id, at, kwh]', 'columns: [meter_id, kwh, at]'),
      /release\.yaml/,
      /meter_id,at,kwh/,
    ],
    [
      'images/api/image.yaml',
      (content) => content.replace('package: pg', 'package: not-there'),
      /images\/api\/image\.yaml:3:/,
      /not-there/,
    ],
  ];
  for (const [path, edit, file, problem] of cases) {
    const found = await refusal(path, edit);
    assert.equal(found.code, 'release-invalid');
    assert.match(found.file, file);
    assert.match(found.problem, problem);
  }
});

test('a suite that the site could not run is refused', async () => {
  const { code } = await refusal('suites/health.yaml', (content) =>
    content.replace('format: 1', 'format: 1\nfromat: 1'),
  );
  assert.equal(code, 'suite-invalid');
});

test('a build that was broken off leaves no bundle behind', async () => {
  const out = join(sample.root, 'cut');
  await build(sample, 'cut');
  const controller = new AbortController();
  const cut = buildBundle({
    source: sample.folder,
    out,
    signingKey,
    signal: controller.signal,
    progress: (done) => {
      if (done > 0) controller.abort();
    },
  });
  await assert.rejects(cut, { code: 'cancelled' });
  await assert.rejects(openReleaseBundle([out]), { code: 'bundle-not-found' });
});
