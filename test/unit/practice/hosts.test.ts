import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { openSftp, run, secrets, signIn, type TestSite, testSite, writeRemote } from './site.ts';

let practice: TestSite;
before(async () => {
  practice = await testSite();
});
after(() => practice.close());

test('three hosts with their roles take the account in by password and by keyboard-interactive', async () => {
  assert.deepEqual(
    practice.site.ready.hosts.map(({ name, roles }) => [name, roles]),
    [
      ['app-01', ['control-plane', 'worker']],
      ['app-02', ['worker']],
      ['data-01', ['database', 'registry', 'monitoring']],
    ],
  );
  const identities = await Promise.all(
    ['app-01', 'app-02', 'data-01'].map(async (name) => {
      const client = await signIn(practice.site, name);
      const { stdout } = await run(client, 'cat /etc/machine-id');
      client.end();
      return stdout.trim();
    }),
  );
  assert.equal(new Set(identities).size, 3);
  for (const identity of identities) assert.match(identity, /^[0-9a-f]{32}$/);

  const host = practice.site.ready.hosts[0]!;
  const ssh2 = (await import('ssh2')).default;
  const client = new ssh2.Client();
  await new Promise<void>((resolve, reject) => {
    client.on('keyboard-interactive', (_name, _words, _language, _prompts, finish) => finish([secrets.ssh]));
    client.once('ready', () => resolve()).once('error', reject);
    client.connect({ host: host.address, port: host.port, username: 'root', tryKeyboard: true });
  });
  client.end();
});

test('a wrong password and an unknown account are refused', async () => {
  await assert.rejects(signIn(practice.site, 'app-01', { password: `${secrets.ssh}x` }), /authentication/);
  await assert.rejects(signIn(practice.site, 'app-01', { username: 'admin' }), /authentication/);
});

test('the host key is Ed25519 and stays', async () => {
  const shown = async () => {
    let digest = '';
    const algorithms = { serverHostKey: ['ssh-ed25519' as const] };
    const hostVerifier = (key: Buffer) => {
      digest = createHash('sha256').update(key).digest('hex');
      return true;
    };
    (await signIn(practice.site, 'app-02', { algorithms, hostVerifier })).end();
    return digest;
  };
  const first = await shown();
  assert.equal(await shown(), first);
  await practice.site.faults({ newHostKey: ['app-02'] });
  assert.notEqual(await shown(), first);
  await practice.site.faults({});
  assert.equal(await shown(), first);
});

test('files keep content, mode and owner over SFTP; a rename replaces', async () => {
  const client = await signIn(practice.site, 'app-01');
  const { sftp, call } = await openSftp(client);
  const content = Buffer.alloc(300_000, 'energy');
  await writeRemote(client, '/etc/containerd/certs.d/127.0.0.1:5000/ca.crt', content, 0o640);
  const path = '/etc/containerd/certs.d/127.0.0.1:5000/ca.crt';
  await call<void>((done) => sftp.chown(path, 1000, 2000, done));
  const stat = await call<{ mode: number; uid: number; gid: number; size: number }>((done) =>
    sftp.stat(path, done as never),
  );
  assert.deepEqual([stat.mode & 0o7777, stat.uid, stat.gid, stat.size], [0o640, 1000, 2000, content.length]);
  assert.deepEqual(await call<Buffer>((done) => sftp.readFile(path, done)), content);

  await writeRemote(client, path, 'second', 0o600);
  const second = await call<{ mode: number; uid: number }>((done) => sftp.stat(path, done as never));
  assert.deepEqual([second.mode & 0o7777, second.uid], [0o600, 0]);
  const names = await call<{ filename: string }[]>((done) =>
    sftp.readdir('/etc/containerd/certs.d/127.0.0.1:5000', done),
  );
  assert.deepEqual(
    names.map(({ filename }) => filename),
    ['ca.crt'],
  );
  const sum = createHash('sha256').update('second').digest('hex');
  assert.equal((await run(client, `sha256sum ${path}`)).stdout, `${sum}  ${path}\n`);

  await call<void>((done) => sftp.unlink(path, done));
  await assert.rejects(
    call((done) => sftp.stat(path, done)),
    { code: 2 },
  );
  await call<void>((done) => sftp.mkdir('/srv/energy', { mode: 0o750 }, done));
  await assert.rejects(
    call<void>((done) => sftp.rmdir('/etc', done)),
    /not empty/i,
  );
  await call<void>((done) => sftp.rmdir('/srv/energy', done));
  client.end();
});

test('no path leads out of a host', async () => {
  const client = await signIn(practice.site, 'app-01');
  const { sftp, call } = await openSftp(client);
  await call<void>((done) => sftp.writeFile('/../../../../../../outside', 'x', done));
  assert.equal((await call<Buffer>((done) => sftp.readFile('/outside', done))).toString(), 'x');
  assert.equal(existsSync(join(practice.folder, 'outside')), false);
  const root = join(practice.folder, 'hosts', 'app-01', 'root');
  if (process.platform !== 'win32') {
    await symlink(practice.folder, join(root, 'srv', 'leak'));
    await assert.rejects(
      call((done) => sftp.readFile('/srv/leak/practice.json', done)),
      /permission denied/i,
    );
    await assert.rejects(
      call<void>((done) => sftp.writeFile('/srv/leak/made', 'x', done)),
      /permission denied/i,
    );
    assert.equal((await run(client, 'cat /srv/leak/practice.json')).code, 1);
  }
  client.end();
});

test('a planted full disk takes what is left, then answers as a real one', async () => {
  await practice.site.faults({ diskFull: { 'app-01': 1000 } });
  const client = await signIn(practice.site, 'app-01');
  const { sftp, call } = await openSftp(client);
  await call<void>((done) => sftp.writeFile('/srv/small', Buffer.alloc(900), done));
  await assert.rejects(
    call<void>((done) => sftp.writeFile('/srv/large', Buffer.alloc(900), done)),
    { code: 4, message: /No space left on device/ },
  );
  await practice.site.faults({});
  await call<void>((done) => sftp.writeFile('/srv/large', Buffer.alloc(900), done));
  client.end();
});

test('commands: a few plain ones, scripts by their second line, anything else is not found', async () => {
  const client = await signIn(practice.site, 'data-01');
  assert.deepEqual(await run(client, 'true'), { code: 0, stdout: '', stderr: '' });
  assert.equal((await run(client, 'id -u')).stdout, '0\n');
  assert.match((await run(client, 'uname -a')).stdout, /^Linux data-01 /);
  assert.match((await run(client, "cat '/etc/os-release'")).stdout, /^ID="debian"$/m);
  const missing = await run(client, 'frobnicate --all');
  assert.equal(missing.code, 127);
  assert.match(missing.stderr, /^sh: frobnicate: not found/);
  assert.equal((await run(client, 'true && rm -rf /')).code, 127);

  const unknown = await run(client, 'sudo -n sh -s -- one', '#!/bin/sh\n# sitewright: made-up.sh\ntrue\n');
  assert.equal(unknown.code, 127);
  assert.match(unknown.stderr, /made-up\.sh: not found/);
  const absent = await run(client, 'sh -s -- postgresql', '#!/bin/sh\n# sitewright: reload-service.sh\n');
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /server\.crt: No such file/);
  const elsewhere = await run(client, "sh -s -- 'nginx'", '#!/bin/sh\n# sitewright: reload-service.sh\n');
  assert.equal(elsewhere.code, 3);
  const sudo = await run(client, "sudo -S -p '' sh -s", `wrong\n#!/bin/sh\n# sitewright: trust-ca.sh\n`);
  assert.match(sudo.stderr, /incorrect password/);
  client.end();
});

test('ten sessions on a connection, not one more', async () => {
  const client = await signIn(practice.site, 'app-01');
  const sessions = [];
  for (let count = 0; count < 10; count += 1) sessions.push(await openSftp(client));
  await assert.rejects(run(client, 'true'), /open failure/i);
  sessions[0]!.sftp.end();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal((await run(client, 'true')).code, 0);
  client.end();
});

test('no secret stands in the folder', async () => {
  const { readdir } = await import('node:fs/promises');
  for (const entry of await readdir(practice.folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || entry.parentPath.includes(join('database', 'data'))) continue;
    const content = await readFile(join(entry.parentPath, entry.name));
    for (const [name, secret] of Object.entries(secrets)) {
      assert.equal(content.includes(secret), false, `${name} in ${entry.parentPath}/${entry.name}`);
    }
  }
});
