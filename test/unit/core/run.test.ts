import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say, verbatim } from '../../../electron/contract/text.ts';
import type { WalkEvent } from '../../../electron/contract/views.ts';
import { listAudit } from '../../../electron/engine/evidence/audit.ts';
import { addWaiver, forgetVerdicts } from '../../../electron/engine/run/decisions.ts';
import { resumeRun, storedWalk } from '../../../electron/engine/run/session.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { openedSite } from './fixture.ts';
import { bundle, type Deeds, find, gate, release, resume, runOptions, stagesOf, start, until } from './stages.ts';

const states = (session: {
  walk: { view: () => { stages: readonly { steps: readonly { id: string; state: string }[] }[] } };
}) =>
  Object.fromEntries(
    session.walk.view().stages.flatMap((stage) => stage.steps.map((step) => [step.id.split('/').at(-1)!, step.state])),
  );

/** Deeds that write down their names in the order in which they are done. */
function recording(names: readonly string[], more: Deeds = {}): { readonly done: string[]; readonly deeds: Deeds } {
  const done: string[] = [];
  const deeds = Object.fromEntries(
    names.map((name) => [name, { apply: async () => void done.push(name), ...more[name] }]),
  ) as Deeds;
  return { done, deeds };
}

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

  let checkpoint: unknown;
  deeds.b = {
    apply: async (context) => {
      checkpoint = context.checkpoint();
      done.push('b');
    },
  };
  const again = resume(opened, stages);
  assert.equal(await again.ended, 'done');
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
      b: { inspect: async () => (started.push('b'), { satisfied: true }) },
    },
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'cancelled');
  assert.deepEqual(started, []);
});

test('a failed verdict blocks after its stage; resuming judges it again, with what it reads, and nothing else', async (t) => {
  const { opened } = openedSite(t);
  let memory = 4;
  const { done, deeds } = recording(['collect', 'collect-other', 'memory', 'cpu', 'change', 'later'], {
    memory: {
      apply: async (context) => {
        done.push('memory');
        find(context, { status: memory < 8 ? 'failed' : 'passed', actual: verbatim(`${memory} GiB`) });
      },
    },
    cpu: {
      apply: async (context) => {
        done.push('cpu');
        find(context, { check: 'host.cpu', status: 'passed' });
      },
    },
  });
  const stages = stagesOf(
    {
      environment: [
        { name: 'change' },
        { name: 'collect', mutates: false },
        { name: 'collect-other', mutates: false },
        { name: 'memory', mutates: false, needs: ['collect', 'change'] },
        { name: 'cpu', mutates: false, needs: ['collect-other'] },
      ],
      dependencies: [{ name: 'later' }],
    },
    deeds,
  );
  const session = start(opened, stages);
  assert.equal(await session.ended, 'blocked');
  const [stage] = session.walk.view().stages;
  assert.deepEqual(
    [stage!.state, stage!.blockers.length, stage!.counts.failed, stage!.counts.passed],
    ['failed', 1, 1, 1],
  );
  assert.match(say('en-US', stage!.blockers[0]!), /Memory.*app-01.*4 GiB/);
  assert.equal(states(session).later, 'pending');

  done.length = 0;
  assert.equal(await resume(opened, stages).ended, 'blocked', 'nothing was mended');
  assert.deepEqual(done.sort(), ['collect', 'memory']);

  memory = 16;
  done.length = 0;
  const again = resume(opened, stages);
  assert.equal(await again.ended, 'done');
  assert.deepEqual(done.sort(), ['collect', 'later', 'memory']);
  const findings = opened.store.findings
    .list(opened.store.runs.last()!.id)
    .map(({ finding }) => [finding.check, finding.status]);
  assert.deepEqual(
    findings.sort(),
    [
      ['host.cpu', 'passed'],
      ['host.memory', 'passed'],
    ],
    'the later verdict replaced the earlier',
  );
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('a waiver opens the gate, but not for what must pass and not when it has expired', async (t) => {
  const { opened } = openedSite(t);
  const stages = stagesOf(
    { environment: [{ name: 'judge', mutates: false }], data: [{ name: 'later' }] },
    {
      judge: {
        verify: async (context) => {
          find(context, { check: 'may', status: 'failed' });
          find(context, { check: 'unknown', status: 'error' });
          find(context, { check: 'warned', status: 'warning' });
        },
      },
    },
  );
  assert.equal(await start(opened, stages).ended, 'blocked');
  const run = opened.store.runs.last()!.id;
  const findings = () => opened.store.findings.list(run).map(({ finding }) => finding);
  const draft = { subjects: [], reason: 'small site', approver: 'Wang', expires: '2026-12-31' };
  const now = new Date('2026-06-01T00:00:00Z');
  const add = (check: string, change: object = {}) =>
    addWaiver(opened, { ...draft, check, ...change }, findings(), '2026-06-01', now);
  add('may', { expires: '9999-12-31' });
  assert.equal(await resume(opened, stages).ended, 'blocked', 'unknown blocks too');
  add('unknown', { expires: '9999-12-31', subjects: ['other-host'] });
  assert.equal(await resume(opened, stages).ended, 'blocked', 'the waiver is for another host');
  add('unknown', { expires: '9999-12-31', subjects: ['app-01'] });
  const session = resume(opened, stages);
  assert.equal(await session.ended, 'done');
  assert.equal(session.walk.view().stages[0]!.state, 'warning');
  assert.deepEqual(
    findings().map((finding) => finding.status),
    ['failed', 'error', 'warning'],
    'the raw verdict stays',
  );
  assert.throws(
    () => add('may', { expires: '2026-05-31' }),
    (error: SitewrightError) => error.code === 'waiver-expired',
  );
  assert.deepEqual(verifyJournal(opened).problems, []);

  const must = stagesOf(
    { environment: [{ name: 'must', mutates: false }] },
    { must: { verify: async (context) => find(context, { check: 'may', status: 'failed', mustPass: true }) } },
  );
  assert.equal(await start(opened, must).ended, 'blocked', 'the waiver of the same check does not count for a must');
  const musts = opened.store.findings.list(opened.store.runs.last()!.id).map(({ finding }) => finding);
  assert.throws(
    () => addWaiver(opened, { ...draft, check: 'may' }, musts, '2026-06-01', now),
    (error: SitewrightError) => error.code === 'waiver-must-pass',
  );
});

test('a verdict can be asked for again after the end; a need that fails then leaves a journal in order', async (t) => {
  const { opened } = openedSite(t);
  const deeds: Deeds = { judge: { verify: async (context) => find(context, { status: 'warning' }) } };
  const stages = stagesOf(
    {
      environment: [
        { name: 'collect', mutates: false },
        { name: 'judge', mutates: false, needs: ['collect'] },
      ],
    },
    deeds,
  );
  assert.equal(await start(opened, stages).ended, 'done');
  assert.throws(
    () => forgetVerdicts(opened, ['no-such-check']),
    (error: SitewrightError) => error.code === 'check-unknown',
  );
  assert.deepEqual([...forgetVerdicts(opened, ['host.memory'])].sort(), [
    'environment/do/collect',
    'environment/do/judge',
  ]);
  assert.deepEqual(verifyJournal(opened).problems, []);
  deeds.collect = {
    verify: async () => {
      throw new SitewrightError('ssh-unreachable', { host: 'app-01', address: '127.0.0.1:22' });
    },
  };
  const session = resume(opened, stages);
  assert.equal(await session.ended, 'failed');
  assert.deepEqual(states(session), { collect: 'failed', judge: 'blocked' });
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('verdicts are not forgotten under a run that is at work', async (t) => {
  const { opened } = openedSite(t);
  const held = gate();
  const session = start(opened, stagesOf({ environment: [{ name: 'a' }] }, { a: { apply: () => held.opened } }));
  await until(() => states(session).a === 'running', 'a runs');
  assert.throws(
    () => forgetVerdicts(opened, []),
    (error: SitewrightError) => error.code === 'site-busy',
  );
  held.open();
  assert.equal(await session.ended, 'done');
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
