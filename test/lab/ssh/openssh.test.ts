import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ErrorCode } from '../../../electron/contract/errors.ts';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import type { Host } from '../../../electron/contract/site.ts';
import { connectHost } from '../../../electron/engine/drivers/ssh/connect.ts';
import type { HostKeyTrust } from '../../../electron/engine/drivers/ssh/connection.ts';
import type { RemoteHost } from '../../../electron/engine/drivers/ssh/host.ts';
import { createSshPool } from '../../../electron/engine/drivers/ssh/pool.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import { type Sshd, startSshd } from '../../kit/sshd.ts';

const scripts = scriptFolder(fileURLToPath(new URL('../../../installer-scripts', import.meta.url)));

function memoryTrust(): HostKeyTrust & { readonly pins: Map<string, string> } {
  const pins = new Map<string, string>();
  return {
    pins,
    pinned: (address) => pins.get(address),
    pin: (address, fingerprint) => void pins.set(address, fingerprint),
  };
}

function fails(code: ErrorCode): (error: unknown) => boolean {
  return (error) => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.equal(error.code, code, error.detail);
    return true;
  };
}

describe('against OpenSSH', () => {
  let sshd: Sshd | undefined;
  let skipped = '';
  let bin = '';
  before(async () => {
    bin = await mkdtemp(join(tmpdir(), 'sitewright-bin-'));
    const started = await startSshd({ path: bin });
    if ('skipped' in started) skipped = started.skipped;
    else sshd = started;
  });
  after(async () => {
    await sshd?.stop();
    await rm(bin, { recursive: true, force: true });
  });

  /** Runs with a connection, by key unless a password is given; skips with the reason where there is no sshd. */
  async function withHost(
    test: TestContext,
    work: (remote: RemoteHost, server: Sshd) => Promise<void>,
    change: Partial<Host> = {},
    secret?: string,
  ): Promise<void> {
    if (sshd === undefined) return test.skip(skipped);
    const remote = await connectHost({
      host: sshd.host(change),
      secret: secret ?? sshd.privateKey,
      trust: memoryTrust(),
      scripts,
    });
    try {
      await work(remote, sshd);
    } finally {
      remote.close();
    }
  }

  it('runs a command with its streams apart and its exit code', (test) =>
    withHost(test, async (remote) => {
      const result = await remote.exec('cat; echo problem >&2; exit 7', { stdin: 'line\n' });
      assert.deepEqual([result.code, result.stdout, result.stderr], [7, 'line\n', 'problem\n']);
      assert.match(remote.hostKey, /^SHA256:[A-Za-z0-9+/]{43}$/);
    }));

  it('signs in with a password that needs quoting, and refuses a wrong one', async (test) => {
    if (sshd?.password === undefined) return test.skip(skipped || 'password sign-in needs root');
    await withHost(
      test,
      async (remote) => assert.equal((await remote.exec('echo in')).stdout, 'in\n'),
      {},
      sshd.password,
    );
    const wrong = connectHost({ host: sshd.host(), secret: 'wrong', trust: memoryTrust(), scripts });
    await assert.rejects(wrong, fails('ssh-auth-failed'));
  });

  it('runs a script from stdin with quoted arguments', (test) =>
    withHost(test, async (remote, { folder }) => {
      const odd = join(folder, "it's $HOME & co");
      await mkdir(odd);
      const result = await remote.script('host-file.sh', ['stat', odd]);
      assert.match(result.stdout, /^folder \d+ 755 \d+ \d+\n$/);
    }));

  it('writes atomically over SFTP with the mode, over an older file, and reads it back', (test) =>
    withHost(test, (remote, { folder }) => fileOperations(remote, join(folder, 'sftp'))));

  it('does the same by shell where SFTP is not used', (test) =>
    withHost(
      test,
      async (remote, { folder }) => {
        await sudoStub(bin, 'free');
        await fileOperations(remote, join(folder, 'shell'));
      },
      { become: 'sudo' },
    ));

  it('does the same by shell where the host has no SFTP', async (test) => {
    const started = await startSshd({ withoutSftp: true });
    if ('skipped' in started) return test.skip(started.skipped);
    const remote = await connectHost({
      host: started.host(),
      secret: started.privateKey,
      trust: memoryTrust(),
      scripts,
    });
    try {
      await fileOperations(remote, join(started.folder, 'plain'));
    } finally {
      remote.close();
      await started.stop();
    }
  });

  it('gives sudo its password as the first line, and the command never sees it', async (test) => {
    if (sshd?.password === undefined) return test.skip(skipped || 'password sign-in needs root');
    await withHost(
      test,
      async (remote, { folder, password }) => {
        await sudoStub(bin, 'password', password);
        await fileOperations(remote, join(folder, 'sudo-password'));
        const result = await remote.script('host-file.sh', ['list', '/nowhere-at-all']);
        assert.equal(result.code, 44);
        // Content that is made while it is sent comes behind the password and the script, byte for byte.
        const content = randomBytes(3_000_000);
        const target = join(folder, 'streamed');
        const pieces = async function* () {
          for (let at = 0; at < content.length; at += 70_001) yield content.subarray(at, at + 70_001);
        };
        const args = ['write', target, `${target}.part`, String(content.length), '0600', '-', '-'];
        assert.equal((await remote.script('host-file.sh', args, { stdin: pieces() })).code, 0);
        assert.ok(content.equals(await readFile(target)));
        // Input that fails on its way ends the command, and nothing is put in place.
        const broken = async function* () {
          yield content.subarray(0, 1000);
          throw new SitewrightError('cancelled');
        };
        const other = ['write', `${target}-2`, `${target}-2.part`, '5000', '0600', '-', '-'];
        await assert.rejects(remote.script('host-file.sh', other, { stdin: broken() }), fails('cancelled'));
        assert.equal(await remote.stat(`${target}-2`), undefined);
        const seen = await readFile(join(bin, 'argv'), 'utf8');
        assert.ok(!seen.includes(password!), 'the password stands in an argument');
      },
      { become: 'sudo-password' },
      sshd.password,
    );
  });

  it('tells a refused sudo, and never offers a private key as its password', (test) =>
    withHost(
      test,
      async (remote) => {
        await sudoStub(bin, 'password', 'other');
        await assert.rejects(remote.script('host-file.sh', ['list', '/']), fails('host-sudo-refused'));
        assert.ok(!(await readFile(join(bin, 'stdin'), 'utf8').catch(() => '')).includes('PRIVATE KEY'));
      },
      { become: 'sudo-password' },
    ));

  it('tells a full disk with the path, over SFTP and by shell, and leaves no part behind', (test) =>
    withHost(test, async (remote, { smallDisk }) => {
      if (smallDisk === undefined) return test.skip('a small disk needs root');
      const big = Buffer.alloc(400 * 1024, 7);
      const path = `${smallDisk}/big`;
      await assert.rejects(remote.writeFile(path, big, { mode: 0o600 }), (error: unknown) => {
        assert.ok(error instanceof SitewrightError);
        assert.equal(error.code, 'host-disk-full', error.detail);
        assert.equal(error.params.path, path);
        return true;
      });
      assert.deepEqual(await remote.list(smallDisk), []);
      await sudoStub(bin, 'free');
      await withHost(
        test,
        async (shell) => {
          await assert.rejects(shell.writeFile(path, big, { mode: 0o600 }), fails('host-disk-full'));
          assert.deepEqual(await shell.list(smallDisk), []);
        },
        { become: 'sudo' },
      );
    }));

  it('stops a command that stalls, and one that is cancelled', (test) =>
    withHost(test, async (remote) => {
      await assert.rejects(remote.exec('sleep 5', { stallMs: 200 }), fails('ssh-timeout'));
      const controller = new AbortController();
      const running = remote.exec('sleep 5', { signal: controller.signal });
      setTimeout(() => controller.abort(), 100);
      await assert.rejects(running, fails('cancelled'));
      assert.equal((await remote.exec('echo still here')).stdout, 'still here\n');
    }));

  it('runs forty commands in parallel on one connection', async (test) => {
    if (sshd === undefined) return test.skip(skipped);
    const trust = memoryTrust();
    const pool = createSshPool({ secret: () => sshd!.privateKey, trust, scripts });
    const remotes = await Promise.all([pool.connect(sshd.host()), pool.connect(sshd.host())]);
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => remotes[index % 2]!.exec(`echo $SSH_CONNECTION ${index}`)),
    );
    assert.equal(new Set(answers.map((answer) => answer.stdout.split(' ')[1])).size, 1, 'one client port');
    assert.deepEqual(
      answers.map((answer) => Number(answer.stdout.trim().split(' ').at(-1))),
      Array.from({ length: 40 }, (_, index) => index),
    );
    // A connection that the host ends is made anew at the next call, with the pinned key.
    await assert.rejects(remotes[0]!.exec('kill -9 $PPID; sleep 5'), fails('ssh-unreachable'));
    assert.equal((await remotes[1]!.exec('echo back')).stdout, 'back\n');
    assert.equal(trust.pins.size, 1);
    await pool.close();
    await assert.rejects(remotes[0]!.exec('true'), fails('cancelled'));
  });
});

/** One walk through all file operations; used for every way that they can travel. */
async function fileOperations(remote: RemoteHost, folder: string): Promise<void> {
  await remote.makeFolder(`${folder}/a/b`, { mode: 0o750 });
  assert.equal((await remote.stat(`${folder}/a/b`))?.type, 'folder');
  assert.equal((await stat(`${folder}/a/b`)).mode & 0o777, 0o750);
  const path = `${folder}/a/b/key file`;
  await writeFile(path, 'older content', { mode: 0o644 });
  // What an attempt leaves behind that was killed in the middle; here a link, which must not be followed.
  await writeFile(`${folder}/victim`, 'untouched');
  await symlink(`${folder}/victim`, `${folder}/a/b/.key file.sitewright`);
  const content = Buffer.concat([Buffer.from('\n$(id)\0'), Buffer.alloc(100_000, 0xff), Buffer.from('end')]);
  await remote.writeFile(path, content, { mode: 0o600, uid: process.getuid!(), gid: process.getgid!() });
  assert.ok(content.equals(await readFile(path)));
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.equal(await readFile(`${folder}/victim`, 'utf8'), 'untouched');
  assert.ok(content.equals((await remote.readFile(path))!));
  assert.deepEqual(await readdir(`${folder}/a/b`), ['key file']);
  assert.deepEqual(await remote.list(`${folder}/a/b`), ['key file']);
  const found = await remote.stat(path);
  assert.deepEqual(
    [found?.type, found?.size, found?.mode, found?.uid],
    ['file', content.length, 0o600, process.getuid!()],
  );
  await remote.writeFile(`${folder}/empty`, '', { mode: 0o644 });
  assert.equal((await remote.readFile(`${folder}/empty`))?.length, 0);
  assert.equal(await remote.readFile(`${folder}/absent`), undefined);
  assert.equal(await remote.stat(`${folder}/absent`), undefined);
  assert.deepEqual(await remote.list(`${folder}/absent`), []);
  await remote.remove(path);
  await remote.remove(path);
  await remote.remove(`${folder}/a/b`);
  assert.equal(await remote.stat(`${folder}/a/b`), undefined);
}

/** A sudo that behaves like the real one towards its stdin, and notes its arguments and the line that it took. */
async function sudoStub(bin: string, kind: 'free' | 'password', password = ''): Promise<void> {
  const lines = [
    '#!/bin/sh',
    `printf '%s\\n' "$*" >>'${bin}/argv'`,
    'ask=yes',
    'while :; do case "$1" in -n) ask=no; shift ;; -k | -S) shift ;; -p) shift 2 ;; *) break ;; esac; done',
    ...(kind === 'free'
      ? []
      : [
          'if [ $ask = no ]; then echo "sudo: a password is required" >&2; exit 1; fi',
          'IFS= read -r line',
          `printf '%s\\n' "$line" >>'${bin}/stdin'`,
          `if [ "$line" != "$(cat '${bin}/password')" ]; then echo "sudo: 1 incorrect password attempt" >&2; exit 1; fi`,
        ]),
    'exec "$@"',
  ];
  await writeFile(join(bin, 'password'), password);
  await rm(join(bin, 'argv'), { force: true });
  await writeFile(join(bin, 'sudo'), `${lines.join('\n')}\n`);
  await chmod(join(bin, 'sudo'), 0o755);
}

describe('the scripts for hosts', () => {
  it('pass dash, the strictest common shell', async (test) => {
    const folder = fileURLToPath(new URL('../../../installer-scripts', import.meta.url));
    for (const name of (await readdir(folder)).filter((file) => file.endsWith('.sh'))) {
      try {
        execFileSync('dash', ['-n', join(folder, name)], { stdio: 'pipe' });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return test.skip('dash is not installed');
        throw error;
      }
    }
  });
});
