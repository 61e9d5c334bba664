import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { openVault } from '../../../electron/engine/site/vault.ts';
import { isCode } from '../../kit/errors.ts';
import { passphrase, temporaryFolder } from './fixture.ts';

test('what was stored is there again after opening', (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  const vault = openVault(file, passphrase, 'plant');
  vault.set('ssh', 'ä pass\nword "quoted" 密码');
  assert.equal(
    vault.getOrCreate('made', () => 'made once'),
    'made once',
  );
  const again = openVault(file, passphrase, 'plant');
  assert.equal(again.get('ssh'), 'ä pass\nword "quoted" 密码');
  assert.equal(
    again.getOrCreate('made', () => 'made twice'),
    'made once',
  );
  assert.deepEqual(again.names(), ['made', 'ssh']);
  assert.equal(again.has('other'), false);
  assert.throws(() => again.get('other'), isCode('vault-missing-secret'));
});

test('entries may be called what they like, even like the parts of an object', (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  const vault = openVault(file, passphrase, 'plant');
  for (const name of ['__proto__', 'constructor', 'a "b"']) vault.set(name, `secret of ${name}`);
  const again = openVault(file, passphrase, 'plant');
  for (const name of ['__proto__', 'constructor', 'a "b"']) assert.equal(again.get(name), `secret of ${name}`);
});

test('a wrong passphrase, another site and a spelling of the same passphrase', (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  openVault(file, 'café', 'plant').set('ssh', 'secret-1');
  assert.throws(() => openVault(file, 'cafe', 'plant'), isCode('vault-wrong-passphrase'));
  assert.throws(() => openVault(file, 'café', 'other'), isCode('vault-wrong-passphrase'));
  // The same letters typed on another system: e and a combining accent.
  assert.equal(openVault(file, 'cafe\u0301', 'plant').get('ssh'), 'secret-1');
});

test('a changed value in any field of the file is found, never taken', (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  openVault(file, passphrase, 'plant').set('ssh', 'secret-1');
  const good = JSON.parse(readFileSync(file, 'utf8'));
  const flip = (base64: string) => {
    const bytes = Buffer.from(base64, 'base64');
    bytes[0]! ^= 1;
    return bytes.toString('base64');
  };
  const changes: readonly object[] = [
    { nonce: flip(good.nonce) },
    { nonce: '' },
    { tag: flip(good.tag) },
    { tag: good.tag.slice(0, 8) },
    { data: flip(good.data) },
    { data: `${good.data.slice(0, -8)}` },
    { data: '' },
    { cipher: 'aes-128-gcm' },
    { format: 2 },
    { more: 1 },
    { key: { ...good.key, salt: flip(good.key.salt) } },
    { key: { ...good.key, N: 1000 } },
    { key: { ...good.key, N: 2 ** 30 } },
    { key: { ...good.key, r: 0 } },
    { key: { ...good.key, p: -1 } },
  ];
  for (const change of changes) {
    writeFileSync(file, JSON.stringify({ ...good, ...change }));
    assert.throws(
      () => openVault(file, passphrase, 'plant'),
      isCode('vault-wrong-passphrase', 'site-invalid'),
      JSON.stringify(change),
    );
  }
  for (const broken of ['', '{', 'null', '[]']) {
    writeFileSync(file, broken);
    assert.throws(() => openVault(file, passphrase, 'plant'), isCode('site-invalid'), broken);
    assert.equal(readFileSync(file, 'utf8'), broken, 'a vault that cannot be read is left as it is');
  }
});

test('the file holds nothing in plain, in base64 or in hexadecimal, and names no entry', (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  const secret = 'Tr0ub4dor-and-three';
  openVault(file, passphrase, 'plant').set('database', secret);
  const content = readFileSync(file, 'utf8');
  const bytes = Buffer.from(secret);
  for (const form of [secret, passphrase, 'database', bytes.toString('base64').slice(0, 20), bytes.toString('hex')]) {
    assert.ok(!content.includes(form), form);
  }
});

test('only the owner may read the file', { skip: process.platform === 'win32' }, (t) => {
  const file = join(temporaryFolder(t), 'vault.json');
  openVault(file, passphrase, 'plant').set('ssh', 'secret-1');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

test('every form of a secret is masked', (t) => {
  const vault = openVault(join(temporaryFolder(t), 'vault.json'), passphrase, 'plant');
  const secret = 'p@ss w/"quote"+密\\end';
  vault.set('ssh', secret);
  const encoded = Buffer.from(secret).toString('base64');
  const forms: Readonly<Record<string, string>> = {
    plain: secret,
    base64: encoded,
    'base64 without padding': encoded.replace(/=+$/, ''),
    base64url: Buffer.from(secret).toString('base64url'),
    'URL-encoded': encodeURIComponent(secret),
    'form-encoded': new URLSearchParams({ a: secret }).toString().slice(2),
    'JSON-escaped': JSON.stringify(secret).slice(1, -1),
  };
  for (const [name, form] of Object.entries(forms))
    assert.equal(vault.mask(`before ${form} after`), 'before <ssh> after', name);
  assert.equal(vault.mask(`${secret} and ${secret}`), '<ssh> and <ssh>', 'more than once');
  for (const user of ['a', 'ab', 'abc']) {
    const header = Buffer.from(`${user}:${secret}`).toString('base64');
    const masked = vault.mask(`Basic ${header}`);
    const rest = Buffer.from(masked.replace(/^Basic /, '').replace('<ssh>', ''), 'base64').toString('latin1');
    assert.match(masked, /<ssh>/, `behind the user ${user}: ${masked}`);
    assert.ok(!rest.includes('ss w'), masked);
  }
});

test('a longer secret is masked before a shorter one that stands in it', (t) => {
  const vault = openVault(join(temporaryFolder(t), 'vault.json'), passphrase, 'plant');
  vault.set('short', 'hunter');
  vault.set('long', 'hunter-in-the-woods');
  assert.equal(vault.mask('hunter-in-the-woods, hunter'), '<long>, <short>');
});

test('the token of a kubeconfig is a secret of its own, in each way of writing it', (t) => {
  const vault = openVault(join(temporaryFolder(t), 'vault.json'), passphrase, 'plant');
  const token = 'eyJhbGciOi.tokentoken.x-1';
  const files = {
    block: `users:\n  - name: a\n    user:\n      token: ${token}\n`,
    quoted: `users:\n  - user:\n      token: "${token}"\n`,
    flow: `users: [{ name: a, user: { token: ${token} } }]\n`,
    json: JSON.stringify({ users: [{ user: { token } }] }),
    pretty: JSON.stringify({ users: [{ user: { password: token } }] }, null, 2),
    key: `users:\n  - user:\n      client-key-data: ${token}\n`,
  };
  for (const [name, content] of Object.entries(files)) {
    vault.set('kubeconfig', content);
    assert.equal(vault.mask(`Authorization: Bearer ${token}`), 'Authorization: Bearer <kubeconfig>', name);
  }
});

test('a private key is masked however it is indented', (t) => {
  const vault = openVault(join(temporaryFolder(t), 'vault.json'), passphrase, 'plant');
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  vault.set('tls/api/key', pem);
  for (const shown of [pem, pem.replaceAll('\n', '\n    '), pem.replaceAll('\n', '\r\n'), JSON.stringify({ pem })]) {
    const masked = vault.mask(shown);
    assert.match(masked, /<tls\/api\/key>/);
    for (const line of pem.split('\n').filter((words) => words.length > 40 && !words.startsWith('-')))
      assert.ok(!masked.includes(line), masked);
  }
});

test('a value that could not be stored is not taken for stored', { skip: process.platform === 'win32' }, (t) => {
  const folder = join(temporaryFolder(t), 'vault');
  mkdirSync(folder);
  const file = join(folder, 'vault.json');
  const vault = openVault(file, passphrase, 'plant');
  vault.set('kept', 'secret-1');
  rmSync(folder, { recursive: true });
  assert.throws(() => vault.set('lost', 'secret-2'));
  assert.throws(() => vault.set('kept', 'secret-2'));
  assert.equal(vault.has('lost'), false);
  assert.equal(vault.get('kept'), 'secret-1');
});

test('the file is whole at every moment, and a kill while it is written loses nothing stored', async (t) => {
  const folder = temporaryFolder(t);
  const file = join(folder, 'vault.json');
  openVault(file, passphrase, 'plant').set('first', 'secret-1');
  const writer = spawn(
    process.execPath,
    [fileURLToPath(new URL('vault-writer.ts', import.meta.url)), file, passphrase],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  t.after(() => writer.kill('SIGKILL'));
  let stored = -1;
  const exited = new Promise((resolve) => writer.once('exit', resolve));
  writer.stdout.setEncoding('utf8').on('data', (words: string) => {
    stored = Number(words.trim().split('\n').at(-1));
  });
  const began = Date.now();
  let read = 0;
  while (stored < 20 && Date.now() - began < 20_000) {
    assert.doesNotThrow(() => JSON.parse(readFileSync(file, 'utf8')));
    read += 1;
    await new Promise((resolve) => setImmediate(resolve));
  }
  writer.kill('SIGKILL');
  await exited;
  assert.ok(read > 20 && stored >= 20, `${read} readings, ${stored} stored`);
  const vault = openVault(file, passphrase, 'plant');
  assert.equal(vault.get('first'), 'secret-1');
  assert.ok(Number(vault.get('counter')) >= stored, 'what was said to be stored is stored');
  vault.set('after', 'secret-2');
  assert.ok(existsSync(file));
  assert.ok(readdirSync(folder).length <= 2, readdirSync(folder).join(' '));
});
