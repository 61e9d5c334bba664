import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { standingOf, type WalkEvent } from '../../../electron/contract/views.ts';
import { listAudit } from '../../../electron/engine/evidence/audit.ts';
import { resumeRun, storedWalk } from '../../../electron/engine/run/session.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { openedSite } from './fixture.ts';
import { bundle, gate, recording, release, resume, runOptions, stagesOf, start, states, until } from './stages.ts';

test('stages go one after the other, steps when what they need is done', async (t) => {
  const { opened } = openedSite(t);
  const { done, deeds } = recording(['a', 'b', 'c', 'd']);
  const stages = stagesOf(
    {
      inventory: [{ name: 'a' }, { name: 'c', needs: ['a'] }, { name: 'b', needs: ['a', 'c'] }],
      environment: [{ name: 'd' }],
    },
    deeds,
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'done');
  assert.deepEqual(done, ['a', 'c', 'b', 'd']);
  const walk = storedWalk(opened, () => new Date()).view();
  assert.deepEqual([walk.state, walk.progress, walk.stage], ['done', 1, 2]);
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('an empty stage is done and in nobody’s way', async (t) => {
  const { opened } = openedSite(t);
  const session = start(opened, stagesOf({ inventory: [{ name: 'a' }], images: [], data: [{ name: 'b' }] }, {}));
  assert.equal(await session.ended, 'done');
  const walk = session.walk.view();
  assert.deepEqual(
    [walk.stage, walk.stages.map((stage) => [stage.state, stage.progress])],
    [
      3,
      [
        ['done', 1],
        ['done', 1],
        ['done', 1],
      ],
    ],
  );
});

test('no more steps at a time than allowed, and as many as allowed', async (t) => {
  const { opened } = openedSite(t);
  let active = 0;
  let most = 0;
  const names = Array.from({ length: 12 }, (_, at) => `s${at}`);
  const work = async () => {
    active += 1;
    most = Math.max(most, active);
    await new Promise((resolve) => setTimeout(resolve, 10));
    active -= 1;
  };
  const session = start(
    opened,
    stagesOf(
      { inventory: names.map((name) => ({ name })) },
      Object.fromEntries(names.map((name) => [name, { apply: work }])),
    ),
  );
  assert.equal(await session.ended, 'done');
  assert.equal(most, 4);
});

test('inspect first, apply only what differs, verify always; a step is a row before it is carried out', async (t) => {
  const { opened } = openedSite(t);
  const seen: string[] = [];
  const row = (id: string) => opened.store.runs.steps(opened.store.runs.last()!.id).find((step) => step.id === id)!;
  const stages = stagesOf(
    { inventory: [{ name: 'there' }, { name: 'differs', needs: ['there'] }] },
    {
      there: {
        inspect: async () => ({ satisfied: true, found: { digest: 'x' } }),
        apply: async () => void seen.push('there apply'),
        verify: async () => void seen.push('there verify'),
      },
      differs: {
        inspect: async () => {
          seen.push(`differs inspect ${row('inventory/do/differs').state}`);
          return { satisfied: false };
        },
        apply: async () => {
          const journal = listAudit(opened.store.database).map((entry) => `${entry.kind} ${entry.subject}`);
          assert.deepEqual(journal.slice(-2), ['intent inventory/do/differs', 'apply inventory/do/differs']);
          seen.push(`differs apply ${row('inventory/do/differs').attempts}`);
        },
        verify: async () => void seen.push('differs verify'),
      },
    },
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'done');
  assert.deepEqual(seen, ['there verify', 'differs inspect running', 'differs apply 1', 'differs verify']);
  assert.equal(session.walk.step('inventory/do/there').already, true);
  assert.equal(session.walk.step('inventory/do/differs').already, false);
  const outcome = listAudit(opened.store.database).find(
    (entry) => entry.kind === 'outcome' && entry.subject.endsWith('there'),
  )!;
  assert.deepEqual(JSON.parse(outcome.body).found, { digest: 'x' });
});

test('a failed step stops what needs it, not its siblings, and the stages behind', async (t) => {
  const { opened } = openedSite(t);
  const { done, deeds } = recording(['a', 'b', 'c', 'd', 'e', 'later'], {
    a: {
      apply: async () => {
        throw new SitewrightError('host-disk-full', { host: 'app-01', path: '/srv' });
      },
    },
  });
  const stages = stagesOf(
    {
      inventory: [
        { name: 'a' },
        { name: 'b', needs: ['a'] },
        { name: 'c', needs: ['b'] },
        { name: 'd' },
        { name: 'e', needs: ['d'] },
      ],
      environment: [{ name: 'later' }],
    },
    deeds,
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'failed');
  assert.deepEqual(done, ['d', 'e']);
  assert.deepEqual(states(session), {
    a: 'failed',
    b: 'blocked',
    c: 'blocked',
    d: 'done',
    e: 'done',
    later: 'pending',
  });
  assert.equal(session.walk.step('inventory/do/a').error?.code, 'host-disk-full');
  assert.deepEqual(verifyJournal(opened).problems, []);

  // Mended, it goes on where it stopped and repeats nothing that was done.
  deeds.a = { apply: async () => void done.push('a') };
  const again = resume(opened, stages);
  assert.equal(await again.ended, 'done');
  assert.deepEqual(done, ['d', 'e', 'a', 'b', 'c', 'later']);
  assert.equal(again.walk.step('inventory/do/a').attempts, 2);
  assert.equal(again.walk.step('inventory/do/d').attempts, 1);
  assert.deepEqual(verifyJournal(opened).problems, []);
  assert.throws(
    () => resume(opened, stages),
    (error: SitewrightError) => error.code === 'run-not-resumable',
  );
});

test('a bug in a step is that step’s failure, with its message', async (t) => {
  const { opened } = openedSite(t);
  const stages = stagesOf(
    { inventory: [{ name: 'a' }] },
    { a: { verify: async () => void (undefined as unknown as { x: string }).x } },
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'failed');
  const { error } = session.walk.step('inventory/do/a');
  assert.equal(error?.code, 'internal');
  assert.match(error?.detail ?? '', /undefined/);
});

test('where the store fails, the run ends in order: siblings finish, the site is free again', async (t) => {
  const { opened } = openedSite(t);
  const slow = gate();
  let finished = false;
  const stages = stagesOf(
    { inventory: [{ name: 'slow' }, { name: 'breaks' }] },
    {
      slow: {
        apply: async () => {
          await slow.opened;
          finished = true;
        },
      },
      breaks: {
        apply: async () => {
          // From now on the journal takes nothing, as on a full disk.
          opened.store.database.exec(
            "CREATE TRIGGER full BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 'disk is full'); END",
          );
          setTimeout(slow.open, 50);
        },
      },
    },
  );
  const session = start(opened, stages);
  const end = new Promise<WalkEvent>((resolve) => {
    session.listen((event) => event.type === 'end' && resolve(event));
  });
  assert.equal(await session.ended, 'failed');
  assert.equal(finished, true, 'nothing is still at work when the run has ended');
  const event = await end;
  assert.equal(event.type === 'end' && event.walk.error?.code, 'internal');
  opened.store.database.exec('DROP TRIGGER full');
  assert.equal(storedWalk(opened, () => new Date()).view().state, 'interrupted');
  const again = resume(opened, stagesOf({ inventory: [{ name: 'slow' }, { name: 'breaks' }] }, {}));
  assert.equal(await again.ended, 'done');
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('cancelling ends what waits, keeps what is done, and the run goes on later', async (t) => {
  const { opened } = openedSite(t);
  const { done, deeds } = recording(['a', 'b', 'c'], {
    b: {
      apply: async (context) => {
        context.saveCheckpoint({ rows: 7 });
        await new Promise((_resolve, reject) =>
          context.signal.addEventListener('abort', () => reject(context.signal.reason)),
        );
      },
    },
  });
  const stages = stagesOf(
    { inventory: [{ name: 'a' }, { name: 'b', needs: ['a'] }, { name: 'c', needs: ['b'] }] },
    deeds,
  );
  const session = start(opened, stages);
  await until(() => states(session).b === 'running', 'b runs');
  session.cancel();
  assert.equal(await session.ended, 'cancelled');
  assert.deepEqual(states(session), { a: 'done', b: 'cancelled', c: 'pending' });
  assert.equal(session.walk.view().stages[0]!.state, 'cancelled');
  assert.equal(session.walk.step('inventory/do/b').error?.code, 'cancelled');
  assert.equal(storedWalk(opened, () => new Date()).view().state, 'cancelled');
  assert.deepEqual(verifyJournal(opened).problems, []);

  const checkpoint = await resumeAt('b', { done, deeds }, () => resume(opened, stages));
  assert.deepEqual(done, ['a', 'b', 'c']);
  assert.deepEqual(checkpoint, { rows: 7 });
});

test('cancelling between two steps starts no further one', async (t) => {
  const { opened } = openedSite(t);
  const started: string[] = [];
  const stages = stagesOf(
    { inventory: [{ name: 'a' }, { name: 'b', needs: ['a'] }] },
    {
      a: { apply: async () => void session.cancel() },
      b: { verify: async () => void started.push('b') },
    },
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'cancelled');
  assert.deepEqual(started, []);
});

test('a resumed run wants the release that it was started with', async (t) => {
  const { opened } = openedSite(t);
  const stages = stagesOf(
    { environment: [{ name: 'a' }] },
    { a: { apply: async () => Promise.reject(new Error('no')) } },
  );
  assert.equal(await start(opened, stages).ended, 'failed');
  const other = { ...bundle, release: { ...release, digest: `sha256:${'b'.repeat(64)}` } };
  assert.throws(
    () => resumeRun(runOptions(opened, stages, other)),
    (error: SitewrightError) => error.code === 'plan-changed',
  );
  assert.equal(opened.store.runs.last()!.state, 'failed');
  assert.equal(await resume(opened, stages).ended, 'failed', 'the refusal freed the site');
});

/** Lets a stopped run go on to its end; what the step that was stopped had saved. */
async function resumeAt(
  name: string,
  run: ReturnType<typeof recording>,
  again: () => ReturnType<typeof resume>,
): Promise<unknown> {
  let checkpoint: unknown;
  run.deeds[name] = {
    apply: async (context) => {
      checkpoint = context.checkpoint();
      run.done.push(name);
    },
  };
  assert.equal(await again().ended, 'done');
  return checkpoint;
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

test('pausing finishes what is at work, begins nothing more, and the run goes on from there', async (t) => {
  const { opened } = openedSite(t);
  const { done, deeds } = recording(['a', 'b', 'c', 'd'], {
    // Cannot stop in its middle: it comes to its end.
    a: {
      apply: async (context) => {
        await aborted(context.pause);
        await new Promise((resolve) => setTimeout(resolve, 50));
        done.push('a');
      },
    },
    // A transfer: stops between two requests and knows where it was.
    b: {
      apply: async (context) => {
        context.saveCheckpoint({ sent: 7 });
        await aborted(context.pause);
        throw new SitewrightError('paused');
      },
    },
  });
  const stages = stagesOf(
    { inventory: [{ name: 'a' }, { name: 'b' }, { name: 'c', needs: ['a'] }], environment: [{ name: 'd' }] },
    deeds,
  );
  const session = start(opened, stages);
  await until(() => states(session).a === 'running' && states(session).b === 'running', 'both run');
  session.pause();
  assert.equal(await session.ended, 'cancelled');
  assert.deepEqual(states(session), { a: 'done', b: 'cancelled', c: 'pending', d: 'pending' });
  assert.equal(session.walk.view().error?.code, 'paused');
  const stored = storedWalk(opened, () => new Date()).view();
  assert.deepEqual([stored.state, standingOf(stored)], ['cancelled', 'paused']);
  assert.deepEqual(verifyJournal(opened).problems, []);

  const checkpoint = await resumeAt('b', { done, deeds }, () => resume(opened, stages));
  assert.deepEqual([...done].sort(), ['a', 'b', 'c', 'd']);
  assert.deepEqual(checkpoint, { sent: 7 });
});

test('a step that fails while a pause is asked for is told as failed, not as paused', async (t) => {
  const { opened } = openedSite(t);
  const stages = stagesOf(
    { inventory: [{ name: 'a' }, { name: 'b', needs: ['a'] }] },
    {
      a: {
        apply: async (context) => {
          await aborted(context.pause);
          throw new SitewrightError('host-disk-full', { host: 'app-01', path: '/srv' });
        },
      },
    },
  );
  const session = start(opened, stages);
  await until(() => states(session).a === 'running', 'a runs');
  session.pause();
  assert.equal(await session.ended, 'failed');
  assert.equal(session.walk.view().error, undefined);
});
