import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say, verbatim } from '../../../electron/contract/text.ts';
import { addWaiver, forgetVerdicts } from '../../../electron/engine/run/decisions.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { openedSite } from './fixture.ts';
import { type Deeds, find, gate, recording, resume, stagesOf, start, states, until } from './stages.ts';

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
