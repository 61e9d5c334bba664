import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { openPractice, type PracticeSite, removePractice } from '../../../electron/practice/launch.ts';
import { openSftp, registryCaller, secrets, signIn, writeRemote } from './site.ts';

async function folderFor(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'practice-test-'));
  context.after(() => removePractice(folder));
  return folder;
}

/** Opened with a stop at the test's end, so that a failed test leaves nothing running. */
async function openSite(context: TestContext, folder: string): Promise<PracticeSite> {
  const site = await openPractice({ folder, secrets });
  context.after(() => site.stop());
  return site;
}

async function query(ready: PracticeSite['ready'], sql: string): Promise<unknown[]> {
  const { address, port, user } = ready.database;
  const client = new pg.Client({ host: address, port, user, password: secrets.database, database: 'postgres' });
  client.on('error', () => undefined);
  await client.connect();
  const { rows } = await client.query(sql);
  await client.end();
  return rows;
}

/** Every process whose command line or working folder names the site's folder, or that is the given one. */
async function processesOf(folder: string, pids: readonly number[]): Promise<string[]> {
  const found: string[] = [];
  for (const pid of pids) if (isAlive(pid)) found.push(String(pid));
  if (process.platform !== 'linux') return found;
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.includes(folder)) found.push(`${name} ${line.replaceAll('\0', ' ')}`);
  }
  return found;
}

async function childrenOf(pid: number): Promise<number[]> {
  if (process.platform !== 'linux') return [];
  const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => ''))
    .trim()
    .split(' ')
    .filter(Boolean)
    .map(Number);
  return [...children, ...(await Promise.all(children.map(childrenOf))).flat()];
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function allEnded(folder: string, pids: readonly number[], limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  let left = await processesOf(folder, pids);
  while (left.length > 0 && Date.now() < end) {
    await wait(50);
    left = await processesOf(folder, pids);
  }
  assert.deepEqual(left, []);
}

/** The site opened by another process, which a test may kill. */
async function openInParent(context: TestContext, folder: string) {
  const parent = spawn(process.execPath, [fileURLToPath(new URL('./parent.ts', import.meta.url)), folder], {
    env: { ...process.env, PRACTICE_SECRETS: JSON.stringify(secrets) },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: parent.stdout }), 'line')) as [string];
  context.after(() => parent.kill('SIGKILL'));
  const { pid, ready } = JSON.parse(line) as { pid: number; ready: PracticeSite['ready'] };
  return { parent, ready, pid, pids: [pid, ...(await childrenOf(pid))] };
}

test('opened again, a folder has the same addresses and everything that was put there', async (context) => {
  const folder = await folderFor(context);
  const first = await openSite(context, folder);
  const client = await signIn(first, 'app-01');
  await writeRemote(client, '/srv/energy/settings', 'kept', 0o640);
  client.end();
  await query(first.ready, 'create table kept as select 7 as value');
  const registry = registryCaller(first);
  const upload = await registry.call('POST', '/v2/energy/api/blobs/uploads/');
  await registry.call('PATCH', upload.headers.location!, 'first half, ');
  await registry.close();
  const pids = [first.pid, ...(await childrenOf(first.pid))];
  await first.stop();
  assert.deepEqual(await first.exited, { code: 0, signal: null });
  await allEnded(folder, pids, 0);

  const again = await openSite(context, folder);
  assert.deepEqual({ ...again.ready, kubernetes: 0 }, { ...first.ready, kubernetes: 0 });
  const client2 = await signIn(again, 'app-01');
  const { sftp, call } = await openSftp(client2);
  assert.equal((await call<Buffer>((done) => sftp.readFile('/srv/energy/settings', done))).toString(), 'kept');
  const rights = await call<{ mode: number }>((done) => sftp.stat('/srv/energy/settings', done as never));
  assert.equal(rights.mode & 0o7777, 0o640);
  client2.end();
  assert.deepEqual(await query(again.ready, 'select value from kept'), [{ value: 7 }]);
  const registry2 = registryCaller(again);
  assert.equal((await registry2.call('GET', upload.headers.location!)).headers.range, '0-11');
  await registry2.close();
  await again.stop();
});

test('a port that was taken meanwhile is replaced by another one', async (context) => {
  const folder = await folderFor(context);
  const first = await openSite(context, folder);
  await first.stop();
  const taken = first.ready.hosts[0]!.port;
  const other = createServer().listen(taken, '127.0.0.1');
  await once(other, 'listening');
  context.after(() => other.close());
  const again = await openSite(context, folder);
  assert.notEqual(again.ready.hosts[0]!.port, taken);
  assert.equal(again.ready.hosts[1]!.port, first.ready.hosts[1]!.port);
  await again.stop();
});

test('a parent killed outright leaves no process behind, and the folder opens again', async (context) => {
  const folder = await folderFor(context);
  const { parent, pids, ready } = await openInParent(context, folder);
  await query(ready, 'create table survived as select 1 as value');
  parent.kill('SIGKILL');
  await allEnded(folder, pids, 3000);
  const again = await openSite(context, folder);
  assert.equal(again.ready.database.port, ready.database.port);
  assert.deepEqual(await query(again.ready, 'select value from survived'), [{ value: 1 }]);
  await again.stop();
});

test('a practice process killed outright leaves no process behind, and the folder opens again at once', async (context) => {
  const folder = await folderFor(context);
  const first = await openSite(context, folder);
  const pids = [first.pid, ...(await childrenOf(first.pid))];
  await query(first.ready, 'create table survived as select 1 as value');
  process.kill(first.pid, 'SIGKILL');
  assert.equal((await first.exited).signal, process.platform === 'win32' ? null : 'SIGKILL');
  await assert.rejects(first.database('stopped'), { code: 'practice-failed' });
  const again = await openSite(context, folder);
  await allEnded('no such folder', pids, 3000);
  assert.deepEqual(await query(again.ready, 'select value from survived'), [{ value: 1 }]);
  await again.stop();
});

test('everything killed at once, the database recovers', {
  skip: process.platform === 'linux' ? false : 'needs /proc',
}, async (context) => {
  const folder = await folderFor(context);
  const { parent, pids, ready } = await openInParent(context, folder);
  await query(ready, 'create table survived as select 1 as value');
  for (const pid of [parent.pid!, ...pids]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // One of them ended with another.
    }
  }
  await allEnded(folder, pids, 3000);
  const again = await openSite(context, folder);
  assert.deepEqual(await query(again.ready, 'select value from survived'), [{ value: 1 }]);
  await again.stop();
});

test('only loopback is listened on, and nothing after the end', async (context) => {
  const folder = await folderFor(context);
  const site = await openSite(context, folder);
  const ports = [
    ...site.ready.hosts.map(({ port }) => port),
    Number(new URL(site.ready.registry.url).port),
    site.ready.database.port,
  ];
  await site.stop();
  for (const port of ports) {
    const socket = connect(port, '127.0.0.1');
    const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
    assert.equal(error.code, 'ECONNREFUSED');
  }
});

test('a second opening of a running folder fails with the log named and harms nothing', async (context) => {
  const folder = await folderFor(context);
  const first = await openSite(context, folder);
  await assert.rejects(openPractice({ folder, secrets }), (error: unknown) => {
    assert.ok(error instanceof SitewrightError);
    assert.equal(error.code, 'practice-failed');
    assert.equal(error.params.log, join(folder, 'practice.log'));
    return true;
  });
  assert.deepEqual(await query(first.ready, 'select 1 as value'), [{ value: 1 }]);
  await first.stop();
  const again = await openSite(context, folder);
  assert.deepEqual(again.ready.hosts, first.ready.hosts);
  await again.stop();
});

test('as root, a folder that other accounts cannot reach gets its database elsewhere', {
  skip: process.getuid?.() === 0 ? false : 'not root',
}, async (context) => {
  const home = await mkdtemp(join(tmpdir(), 'practice-home-'));
  await chmod(home, 0o700);
  const folder = join(home, 'site');
  await mkdir(folder);
  context.after(() => rm(home, { recursive: true, force: true }));
  const first = await openSite(context, folder);
  const { databaseFolder } = JSON.parse(await readFile(join(folder, 'practice.json'), 'utf8')) as {
    databaseFolder: string;
  };
  assert.equal(((await stat(join(databaseFolder, 'data'))).mode & 0o777).toString(8), '700');
  await query(first.ready, 'create table kept as select 7 as value');
  await first.stop();
  const again = await openSite(context, folder);
  assert.deepEqual(await query(again.ready, 'select value from kept'), [{ value: 7 }]);
  await again.stop();
  await removePractice(folder);
  await assert.rejects(stat(databaseFolder), { code: 'ENOENT' });
});
