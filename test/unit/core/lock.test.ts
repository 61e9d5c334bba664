import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { SitewrightError } from '../../../electron/contract/errors.ts';
import { storedWalk, wishElsewhere } from '../../../electron/engine/run/session.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { watchWalk } from '../../../electron/engine/run/watch.ts';
import { isSiteLocked, lockSite } from '../../../electron/engine/site/lock.ts';
import { openedSite, passphrase } from './fixture.ts';
import { resume, stagesOf, start, until } from './stages.ts';

/** Another process that carries out a run whose only step waits for ever. */
async function otherProcess(test: TestContext, home: string): Promise<ChildProcess> {
  const child = spawn(process.execPath, [fileURLToPath(new URL('run-child.ts', import.meta.url)), home, passphrase], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  test.after(() => child.kill('SIGKILL'));
  const [words] = (await once(child.stdout!, 'data')) as [Buffer];
  assert.equal(String(words), 'running\n');
  return child;
}

const isBusy = (pid: number | undefined) => (error: SitewrightError) =>
  error.code === 'site-busy' && error.params.pid === String(pid);

test('the lock is held by one, also within one process', (t) => {
  const { opened } = openedSite(t);
  const folder = opened.folder.path;
  const release = lockSite(folder, 'plant');
  assert.throws(() => lockSite(folder, 'plant'), isBusy(process.pid));
  assert.equal(isSiteLocked(folder), true);
  release();
  assert.equal(isSiteLocked(folder), false);
  lockSite(folder, 'plant')();
});

test('a second process finds the site busy; a kill frees it, and the run goes on', async (t) => {
  const { opened, home, now } = openedSite(t);
  const child = await otherProcess(t, home);
  const stages = stagesOf({ data: [{ name: 'before' }, { name: 'wait', needs: ['before'] }] }, {});
  assert.throws(() => start(opened, stages), isBusy(child.pid));
  assert.throws(() => resume(opened, stages), isBusy(child.pid));
  assert.equal(storedWalk(opened, now).view().state, 'running', 'seen from here');
  assert.deepEqual(verifyJournal(opened).problems, [], 'in the middle of a run');

  child.kill('SIGKILL');
  await once(child, 'exit');
  const walk = storedWalk(opened, now).view();
  assert.equal(walk.state, 'interrupted');
  assert.equal(walk.stages[0]!.state, 'interrupted');
  assert.deepEqual(verifyJournal(opened).problems, [], 'after a kill');
  const session = resume(opened, stages);
  assert.equal(await session.ended, 'done');
  assert.deepEqual(
    session.walk.view().stages[0]!.steps.map((step) => step.attempts),
    [1, 2],
  );
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('a run of another process can be watched and cancelled', async (t) => {
  const { opened, home, now } = openedSite(t);
  const child = await otherProcess(t, home);
  const exited = once(child, 'exit');
  const events: string[] = [];
  const watching = (async () => {
    for await (const event of watchWalk(
      { session: () => undefined, walk: () => storedWalk(opened, now), logTail: () => opened.logTail },
      'plant',
      undefined,
    )) {
      events.push(event.type === 'end' ? `end ${event.walk.state}` : event.type);
    }
  })();
  await until(() => events.includes('snapshot'), 'a snapshot');
  wishElsewhere(opened, 'cancel');
  await watching;
  assert.equal(events.at(-1), 'end cancelled');
  assert.deepEqual(await exited, [0, null]);
  const session = resume(opened, stagesOf({ data: [{ name: 'before' }, { name: 'wait' }] }, {}));
  assert.equal(await session.ended, 'done', 'the old wish to cancel does not meet the new run');
});
