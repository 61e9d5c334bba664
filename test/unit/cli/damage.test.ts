import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import type { BundleManifest } from '../../../electron/engine/bundle/format.ts';
import { registryUser } from '../../../electron/practice/registry/server.ts';
import { writeImageLayout } from '../../kit/image-layout.ts';
import { faultyRegistry } from '../images/registry.ts';
import { commandIn } from './command.ts';

const home = mkdtempSync(join(tmpdir(), 'sitewright-damage-'));
const master = join(home, 'master');
const sitewright = commandIn(home);
let manifest: BundleManifest;

before(async () => {
  const { folder } = await writeImageLayout(join(home, 'layout'), { scale: 0.0005 });
  const { privateKey } = generateKeyPairSync('ed25519');
  await buildImageBundle({ from: [folder], out: master, signingKey: privateKey, partSize: 100_000 });
  manifest = JSON.parse(readFileSync(join(master, 'manifest.json'), 'utf8')) as BundleManifest;
});
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

test('bundle verify names the files that have to be copied again, and those whose folder is not named', async () => {
  const [damaged, , gone] = manifest.parts as unknown as readonly [{ name: string }, unknown, { name: string }];
  const folder = join(home, 'copy');
  mkdirSync(folder);
  for (const name of readdirSync(master)) copyFileSync(join(master, name), join(folder, name));
  const content = readFileSync(join(folder, damaged.name));
  content[7]! ^= 1;
  writeFileSync(join(folder, damaged.name), content);
  rmSync(join(folder, gone.name));

  const [whole, english, chinese, json] = await Promise.all([
    sitewright(['bundle', 'verify', '--bundle', master]),
    sitewright(['bundle', 'verify', '--bundle', folder]),
    sitewright(['bundle', 'verify', '--bundle', folder, '--locale', 'zh-CN']),
    sitewright(['bundle', 'verify', '--bundle', folder, '--json']),
  ]);
  assert.deepEqual([whole.code, english.code, chinese.code, json.code], [0, 1, 1, 1]);
  assert.doesNotMatch(whole.stdout, /again/);
  assert.deepEqual(english.stdout.trimEnd().split('\n').slice(-2), [
    `Copy ${damaged.name} again from the original medium, then verify again.`,
    `Name the folder that holds ${gone.name} with --bundle as well, or copy it from the original medium; then verify again.`,
  ]);
  assert.match(chinese.stdout, new RegExp(`\n请从原始介质重新复制 ${damaged.name}，然后再次校验。\n请用 --bundle `));
  const { parts } = JSON.parse(json.stdout) as {
    parts: readonly { name: string; ok: boolean; missing: boolean; blobs: readonly string[] }[];
  };
  const bad = parts.filter(({ ok }) => !ok);
  assert.deepEqual(
    bad.map(({ name, missing }) => [name, missing]),
    [
      [damaged.name, false],
      [gone.name, true],
    ],
  );
  const first = manifest.blobs.find(({ part, offset }) => part === damaged.name && offset === 0)!;
  assert.deepEqual(bad[0]!.blobs, [first.digest]);
  assert.ok(parts.every(({ ok, missing, blobs }) => !ok || (!missing && blobs.length === 0)));
});

test('images verify tells what is missing from what is there with other content, and what mends each', async (t) => {
  const registry = await faultyRegistry(t);
  const [ca, password] = [join(home, 'ca.pem'), join(home, 'password')];
  writeFileSync(ca, registry.authority);
  writeFileSync(password, registry.password);
  const account = ['--ca', ca, '--username', registryUser, '--password-file', password];
  const images = (command: string, ...options: readonly string[]) =>
    sitewright(['images', command, '--bundle', master, '--registry', registry.url, ...account, ...options]);
  const pushed = await images('push');
  assert.equal(pushed.code, 0, pushed.stderr);
  const whole = await images('verify', '--content');
  assert.equal(whole.code, 0, whole.stderr);
  assert.doesNotMatch(whole.stdout, /missing|images push/);

  const layers = [...new Set(registry.seen.flatMap(({ method, path }) => (method === 'GET' ? blobIn(path) : [])))];
  const [absent, changed] = layers as [string, string];
  registry.fault = ({ method, path }) => {
    if (path.endsWith(absent) && method !== 'POST') return { status: 404 };
    return path.endsWith(changed) && method === 'GET' ? { status: 200, body: 'other bytes' } : undefined;
  };
  const [english, chinese, json, byName] = await Promise.all([
    images('verify', '--content'),
    images('verify', '--content', '--locale', 'zh-CN'),
    images('verify', '--content', '--json'),
    images('verify'),
  ]);
  assert.deepEqual([english.code, chinese.code, json.code, byName.code], [1, 1, 1, 1]);
  assert.match(english.stdout, new RegExp(`✗ .*missing: ${absent}`));
  assert.match(english.stdout, new RegExp(`✗ .*there, but not as the digest says: ${changed}`));
  assert.match(
    english.stdout,
    /\nA push does not mend .*delete these blobs there.*\nRun `images push` .*only what is missing\.\n$/,
  );
  assert.match(chinese.stdout, new RegExp(`缺失：${absent}`));
  assert.match(chinese.stdout, /\n存在但内容不符.*\n请用相同的选项执行 `images push`/);
  const proofs = JSON.parse(json.stdout) as readonly { missing: readonly string[]; altered: readonly string[] }[];
  assert.deepEqual([...new Set(proofs.flatMap(({ missing }) => missing))], [absent]);
  assert.deepEqual([...new Set(proofs.flatMap(({ altered }) => altered))], [changed]);
  assert.doesNotMatch(byName.stdout, /not as the digest says|delete/, 'by its name it is there');
});

const blobIn = (path: string): readonly string[] => /\/blobs\/(sha256:[0-9a-f]{64})$/.exec(path)?.slice(1) ?? [];
