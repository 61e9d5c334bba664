import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isResumable, standingOf } from '../../../electron/contract/views.ts';
import { abandonRun, forgetVerdicts } from '../../../electron/engine/run/decisions.ts';
import { storedWalk } from '../../../electron/engine/run/session.ts';
import { siteSummary } from '../../../electron/engine/run/site-summary.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { openedSite } from './fixture.ts';
import { type Deeds, find, resume, stagesOf, start } from './stages.ts';

const table = { environment: [{ name: 'judge' }], dependencies: [{ name: 'later' }] };
const failing: Deeds = { judge: { verify: async (context) => find(context, { status: 'failed' }) } };

test('a run that was given up stays cancelled, is in the journal, and only a new run follows', async (t) => {
  const { opened, now } = openedSite(t);
  const stages = stagesOf(table, failing);
  assert.throws(() => abandonRun(opened, now()), { code: 'run-not-found' });
  assert.equal(await start(opened, stages).ended, 'blocked');

  abandonRun(opened, now());
  const walk = storedWalk(opened, now).view();
  assert.deepEqual([walk.state, standingOf(walk), isResumable(walk)], ['cancelled', 'abandoned', false]);
  const row = opened.store.database.prepare('SELECT kind, body FROM audit ORDER BY seq DESC LIMIT 1').get() as {
    kind: string;
    body: string;
  };
  const { event, from, state } = JSON.parse(row.body) as Record<string, string>;
  assert.deepEqual([row.kind, event, from, state], ['run', 'abandoned', 'blocked', 'cancelled']);
  assert.deepEqual(verifyJournal(opened).problems, []);

  for (const refused of [
    () => resume(opened, stages),
    () => abandonRun(opened, now()),
    () => forgetVerdicts(opened, []),
  ]) {
    assert.throws(refused, { code: 'run-not-resumable' });
  }
  assert.equal(await start(opened, stagesOf(table, {})).ended, 'done');
  assert.equal(storedWalk(opened, now).view().abandoned, undefined);
  assert.deepEqual(verifyJournal(opened).problems, []);
});

test('giving up is refused while the run is at work and after it is done; undoing it behind the journal’s back is found', async (t) => {
  const { opened, now } = openedSite(t);
  const waiting = Promise.withResolvers<void>();
  const stages = stagesOf(table, { judge: { apply: () => waiting.promise } });
  const session = start(opened, stages);
  assert.throws(() => abandonRun(opened, now()), { code: 'site-busy' });
  waiting.resolve();
  assert.equal(await session.ended, 'done');
  assert.throws(() => abandonRun(opened, now()), { code: 'run-not-resumable' });

  assert.equal(await start(opened, stagesOf(table, failing)).ended, 'blocked');
  abandonRun(opened, now());
  opened.store.database.exec('UPDATE run SET abandoned_at = NULL');
  assert.match(JSON.stringify(verifyJournal(opened).problems), /run\.audit\.run/);
});

test('a site in a few words tells state, start and the step that finished last', async (t) => {
  const { opened, now } = openedSite(t);
  const engine = { open: () => opened, walk: () => storedWalk(opened, now) };
  assert.equal(siteSummary(engine, 'plant').lastRun, undefined);
  const good = { environment: [{ name: 'first' }], dependencies: [{ name: 'second' }, { name: 'third' }] };
  const broken: Deeds = {
    third: {
      apply: async () => {
        throw new Error('broken');
      },
    },
  };
  assert.equal(await start(opened, stagesOf(good, broken)).ended, 'failed');
  const { lastRun, hosts } = siteSummary(engine, 'plant');
  assert.equal(hosts, 1);
  assert.equal(lastRun?.state, 'failed');
  assert.equal(lastRun?.startedAt, opened.store.runs.last()?.startedAt);
  assert.deepEqual([lastRun?.lastStep?.stage, lastRun?.lastStep?.target], ['dependencies', 'app-01']);
  assert.match(JSON.stringify(lastRun?.lastStep?.effect), /do second/);
});
