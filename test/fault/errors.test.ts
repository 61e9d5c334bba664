import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, cpSync, mkdirSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient, ORPCError } from '@orpc/server';
import type { Contract } from '../../electron/contract/calls.ts';
import type { ErrorCode, ErrorView } from '../../electron/contract/errors.ts';
import { say, type Text } from '../../electron/contract/text.ts';
import type { WalkView } from '../../electron/contract/views.ts';
import type { Engine } from '../../electron/engine/engine.ts';
import { createRouter } from '../../electron/engine/router.ts';
import { buildSample, openPracticeHome, type PracticeHome, practiceName, sampleRelease } from '../kit/practice-home.ts';

const command = fileURLToPath(new URL('../../electron/cli/main.ts', import.meta.url));
let practice: PracticeHome;
let engine: Engine;
let client: ContractRouterClient<Contract>;
before(async () => {
  practice = await openPracticeHome();
  engine = practice.engine();
  engine.openUnlocked(practiceName);
  client = createRouterClient(createRouter(engine));
});
after(async () => {
  await engine?.close();
  await practice?.remove();
});

/** The command line in a process of its own, with `--json`. */
function cli(...args: readonly string[]): {
  code: number | null;
  json: { error?: { code: string; message: string } };
  stderr: string;
} {
  const result = spawnSync(
    process.execPath,
    [command, '--home', practice.home, '--json', '--locale', 'en-US', ...args],
    { encoding: 'utf8' },
  );
  return { code: result.status, json: result.stdout === '' ? {} : JSON.parse(result.stdout), stderr: result.stderr };
}

async function codeOf(work: Promise<unknown>): Promise<ErrorView> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof ORPCError, String(error));
    assert.equal(error.code, 'SITEWRIGHT');
    return error.data as ErrorView;
  }
  throw new assert.AssertionError({ message: 'nothing was thrown' });
}

function assertSaid(view: ErrorView): void {
  for (const locale of ['zh-CN', 'en-US'] as const) {
    for (const words of [view.message, view.cause, view.next] as Text[])
      assert.doesNotMatch(say(locale, words), /\{\w+\}|^error\.|^$/);
  }
}

/** Starts or resumes the walk and waits for its end. */
async function walk(): Promise<WalkView> {
  const bundle = [practice.bundle];
  try {
    await client.walk.resume({ site: practiceName, bundle });
  } catch (error) {
    if ((error as ORPCError<string, ErrorView>).data?.code !== 'run-not-found') throw error;
    const plan = await client.plan.show({ site: practiceName, bundle });
    await client.walk.start({ site: practiceName, bundle, plan: plan.digest });
  }
  for await (const event of await client.walk.watch({ site: practiceName }))
    if (event.type === 'end') return event.walk;
  throw new Error('no end');
}

const errorsOf = (view: WalkView): readonly ErrorView[] =>
  view.stages.flatMap((stage) => stage.steps).flatMap((step) => (step.error === undefined ? [] : [step.error]));

/** Walks into a planted fault: the step that meets it fails with the code, and every word of it is there. */
async function walkInto(code: ErrorCode): Promise<{ view: WalkView; error: ErrorView }> {
  const view = await walk();
  assert.equal(
    view.state,
    'failed',
    `${view.state}: ${JSON.stringify(view.stages.flatMap((stage) => stage.blockers))}`,
  );
  const error = errorsOf(view).find((candidate) => candidate.code === code);
  assert.ok(error !== undefined, `${code} expected, found ${JSON.stringify(errorsOf(view))}`);
  assertSaid(error);
  return { view, error };
}

test('one walk meets fault after fault, says each by its code, and ends well when they are mended', async (t) => {
  const { vault } = engine.openUnlocked(practiceName).unlocked();

  await t.test('wrong password', async () => {
    const right = vault.get('ssh');
    await client.vault.set({ site: practiceName, name: 'ssh', value: 'not-the-password' });
    const { error } = await walkInto('ssh-auth-failed');
    assert.match(say('en-US', error.message), /root/);
    await client.vault.set({ site: practiceName, name: 'ssh', value: right });
  });

  await t.test('changed host key', async () => {
    const { store } = engine.open(practiceName);
    const host = engine.open(practiceName).site().hosts[0]!;
    const address = `${host.address}:${host.port}`;
    store.hostKeys.pin(address, `SHA256:${'A'.repeat(43)}`);
    const { error } = await walkInto('ssh-host-key-changed');
    assert.match(say('en-US', error.next), new RegExp(`site trust --host ${host.name}`));
    const { found } = ('key' in error.message && error.message.params) as { found: string };
    await client.site.trust({ site: practiceName, host: host.name, fingerprint: found });
  });

  await t.test('full disk on a host', async () => {
    // Full when the walk begins: the environment check stops it before anything is touched.
    await practice.servers.faults({ diskFull: { 'app-02': 0 } });
    const blocked = await walk();
    assert.equal(blocked.state, 'blocked');
    assert.match(JSON.stringify(blocked.stages.flatMap((stage) => stage.blockers)), /free-space.*app-02/);
    await practice.servers.faults({});
    // Full after the checks: the step that writes says so.
    const filling = fillAfterDependencies();
    const { error } = await walkInto('host-disk-full');
    assert.match(say('zh-CN', error.message), /app-02/);
    await filling;
    await practice.servers.faults({});
  });

  await t.test('corrupt bundle part', async () => {
    const part = join(practice.bundle, 'part-0001.swb');
    const manifest = JSON.parse(readFileSync(join(practice.bundle, 'manifest.json'), 'utf8')) as {
      blobs: { mediaType: string; size: number; offset: number }[];
    };
    const layer = manifest.blobs.filter((blob) => blob.mediaType.includes('layer')).sort((a, b) => b.size - a.size)[0]!;
    const flip = flipByte(part, layer.offset + Math.floor(layer.size / 2));
    const verified = cli('bundle', 'verify', '--bundle', practice.bundle);
    assert.equal(verified.code, 1);
    const { error } = await walkInto('bundle-part-corrupt');
    assert.match(say('en-US', error.message), /part-0001\.swb/);
    flip();
    assert.equal(cli('bundle', 'verify', '--bundle', practice.bundle).code, 0);
  });

  await t.test('registry that refuses the push', async () => {
    await practice.servers.faults({ registryRefusesPush: 403 });
    const { error } = await walkInto('registry-push-refused');
    assert.match(error.detail ?? '', /403/);
    await practice.servers.faults({});
  });

  await t.test('database down in mid-import', async () => {
    const stopping = new Promise<void>((resolve, reject) => {
      void (async () => {
        await waitForSession();
        for await (const event of await client.walk.watch({ site: practiceName })) {
          const importing =
            event.type === 'progress' && event.transfer?.unit === 'rows' && event.transfer.done > 20_000;
          if (!importing) continue;
          await practice.servers.database('stopped');
          return resolve();
        }
        reject(new Error('the import was never seen at work'));
      })().catch(reject);
    });
    const [, { view }] = await Promise.all([stopping, walkInto('database-lost')]);
    const data = view.stages.find((stage) => stage.id === 'data')!;
    assert.equal(data.state, 'failed');
    await practice.servers.database('started');
  });

  await t.test('all mended: the walk ends', async () => {
    const view = await walk();
    assert.equal(view.state, 'done', JSON.stringify([errorsOf(view), view.stages.flatMap((stage) => stage.blockers)]));
    const made = await client.report.make({ site: practiceName, pdf: false });
    assert.equal(made.conclusion, 'passed');
    assert.equal((await client.journal.verify({ site: practiceName })).intact, true);
    const state = cli('state', '--site', practiceName);
    assert.equal(state.code, 0);
  });
});

test('image missing in the bundle: the build refuses and names the place', async () => {
  const source = join(practice.home, 'release-without-image');
  cpSync(sampleRelease, source, { recursive: true });
  const file = join(source, 'jobs', 'daily-summaries.yaml');
  writeFileSync(file, readFileSync(file, 'utf8').replace('energy/jobs:4.2.0', 'energy/missing:1.0.0'));
  await assert.rejects(
    buildSample(join(practice.home, 'other'), source),
    (error: { code?: string; params?: Record<string, unknown> }) => {
      assert.equal(error.code, 'bundle-image-missing');
      assert.match(JSON.stringify(error.params), /energy\/missing:1\.0\.0/);
      return true;
    },
  );
  const built = cli('bundle', 'build', '--source', source, '--out', join(practice.home, 'other', 'out'));
  assert.deepEqual([built.code, built.json.error?.code], [1, 'bundle-image-missing']);
});

test('bad inventory: each wrong cell is named, nothing changes', async () => {
  const before = await client.site.show({ site: practiceName });
  const csv =
    'name,address,port,user,credential,roles,become\nApp 01,10.0.0.1,22,root,ssh,worker,root\napp-02,10.0.0.2,99999,,ssh,boss,root\n';
  const input = { site: practiceName, format: 'csv' as const, contentBase64: Buffer.from(csv).toString('base64') };
  const { problems } = await client.site.checkInventory(input);
  assert.deepEqual(
    problems.map(({ row, column }) => [row, column]),
    [
      [2, 'name'],
      [3, 'port'],
      [3, 'user'],
      [3, 'roles'],
    ].sort((a, b) => Number(a[0]) - Number(b[0])),
  );
  const view = await codeOf(client.site.importInventory(input));
  assert.equal(view.code, 'inventory-invalid');
  assertSaid(view);
  assert.deepEqual(await client.site.show({ site: practiceName }), before);
  mkdirSync(join(practice.home, 'files'), { recursive: true });
  writeFileSync(join(practice.home, 'files', 'hosts.csv'), csv);
  const imported = cli('site', 'import', '--site', practiceName, '--file', join(practice.home, 'files', 'hosts.csv'));
  assert.deepEqual([imported.code, imported.json.error?.code], [2, 'inventory-invalid']);
  assert.match(imported.stderr, /row 3, column port, "99999"/);
});

test('expired waiver: refused when it is recorded, and without force when its last day is over', async () => {
  const draft = {
    check: 'host.memory',
    subjects: [],
    reason: 'trial operation',
    approver: 'Customer',
    expires: '2020-01-01',
  };
  const view = await codeOf(client.waiver.add({ site: practiceName, waiver: draft }));
  assert.equal(view.code, 'waiver-expired');
  assertSaid(view);
  const added = cli(
    'waiver',
    'add',
    '--site',
    practiceName,
    '--check',
    'host.memory',
    '--reason',
    'x',
    '--approver',
    'y',
    '--expires',
    '2020-01-01',
  );
  assert.deepEqual([added.code, added.json.error?.code], [2, 'waiver-expired']);
  const [must] = (await client.check.list({ site: practiceName })).filter((finding) => finding.mustPass);
  const refused = await codeOf(
    client.waiver.add({ site: practiceName, waiver: { ...draft, check: must!.check, expires: '2099-01-01' } }),
  );
  assert.equal(refused.code, 'waiver-must-pass');
});

/** Flips one byte of a file; returns how to flip it back. */
function flipByte(path: string, at: number): () => void {
  const flip = () => {
    const file = openSync(path, 'r+');
    const byte = Buffer.alloc(1);
    readSync(file, byte, 0, 1, at);
    byte[0]! ^= 0xff;
    writeSync(file, byte, 0, 1, at);
    closeSync(file);
  };
  flip();
  return flip;
}

async function fillAfterDependencies(): Promise<void> {
  await waitForSession();
  for await (const event of await client.walk.watch({ site: practiceName })) {
    if (event.type === 'stage' && event.stage.id === 'dependencies')
      return await practice.servers.faults({ diskFull: { 'app-02': 0 } });
  }
}

async function waitForSession(): Promise<void> {
  for (let tries = 0; engine.session(practiceName) === undefined; tries += 1) {
    if (tries > 500) throw new Error('no session');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
