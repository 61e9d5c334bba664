import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { text, verbatim } from '../../../electron/contract/text.ts';
import { type WalkEvent, walkEventSchema } from '../../../electron/contract/views.ts';
import { makePlan } from '../../../electron/engine/plan/plan.ts';
import { storedWalk } from '../../../electron/engine/run/session.ts';
import { createWalk } from '../../../electron/engine/run/walk.ts';
import { watchWalk } from '../../../electron/engine/run/watch.ts';
import { openedSite, siteFile } from './fixture.ts';
import { find, gate, release, resume, stagesOf, start, type Table, until } from './stages.ts';

/** A walk over a table with a clock that the test moves. */
function walkOver(table: Table, run: { activeMs?: number; progress?: number } = {}) {
  const time = { now: 0 };
  const events: WalkEvent[] = [];
  const walk = createWalk({
    run: { id: 'r', activeMs: 0, progress: 0, state: 'running', error: undefined, ...run },
    plan: makePlan({ site: siteFile(), release }, stagesOf(table, {})),
    rows: [],
    findings: () => [],
    gate: () => ({ judged: [], blockers: [] }),
    emit: (event) => void events.push(event),
    clock: () => time.now,
  });
  return { walk, time, events };
}

test('progress goes by weight and never back, whatever a step says', () => {
  const { walk, events } = walkOver({ inventory: [{ name: 'a', weight: 3 }], data: [{ name: 'b', weight: 1 }] });
  const shown: number[] = [];
  const step = (id: string, change: Parameters<typeof walk.update>[1]) => {
    walk.update(id, change);
    shown.push(walk.view().progress);
  };
  step('inventory/do/a', { state: 'running', progress: 0.5 });
  assert.equal(walk.view().progress, 0.375);
  step('inventory/do/a', { progress: 0.1 });
  step('inventory/do/a', { state: 'failed' });
  step('inventory/do/a', { state: 'running', progress: 0 });
  step('inventory/do/a', { progress: 7 });
  step('inventory/do/a', { state: 'done', progress: 1 });
  step('data/do/b', { progress: -1 });
  step('data/do/b', { state: 'done', progress: 1 });
  assert.deepEqual(shown, [...shown].sort());
  assert.equal(shown.at(-1), 1);
  const told = events.map((event) => (event.type === 'step' ? event.progress : 0));
  assert.deepEqual(told, shown);
});

test('progress does not go back when a run is taken up again', async (t) => {
  const { opened } = openedSite(t);
  const rows = {
    data: [
      { name: 'import', weight: 9 },
      { name: 'proof', needs: ['import'] },
    ],
  };
  const session = start(
    opened,
    stagesOf(rows, {
      import: {
        apply: async (context) => {
          context.progress(80, 100, 'rows');
          throw new Error('line lost');
        },
      },
    }),
  );
  const ends: WalkEvent[] = [];
  session.listen((event) => void (event.type === 'end' && ends.push(event)));
  assert.equal(await session.ended, 'failed');
  const atEnd = ends[0]!.type === 'end' ? ends[0]!.walk.progress : 0;
  assert.ok(atEnd > 0.7, String(atEnd));
  assert.equal(storedWalk(opened, () => new Date()).view().progress, atEnd);
  const held = gate();
  const again = resume(opened, stagesOf(rows, { import: { apply: () => held.opened } }));
  assert.equal(again.walk.view().progress, atEnd);
  held.open();
  assert.equal(await again.ended, 'done');
  assert.equal(storedWalk(opened, () => new Date()).view().progress, 1);
});

test('no time is promised before the rate is steady', () => {
  const { walk, time } = walkOver({ data: [{ name: 'a', weight: 100 }] });
  const at = (seconds: number, progress: number) => {
    time.now = seconds * 1000;
    walk.update('data/do/a', { state: 'running', progress });
    return walk.view().etaMs;
  };
  assert.equal(at(1, 0.5), undefined, 'too early, however fast it goes');
  assert.equal(walkOver({ data: [{ name: 'a' }] }).walk.view().etaMs, undefined);
  assert.equal(at(10, 0.5), 10_000);
  assert.equal(at(30, 0.75), 10_000);
  walk.end('done');
  assert.equal(walk.view().etaMs, undefined);

  const slow = walkOver({ data: [{ name: 'a', weight: 100 }] });
  slow.time.now = 60_000;
  slow.walk.update('data/do/a', { state: 'running', progress: 0.02 });
  assert.equal(slow.walk.view().etaMs, undefined, 'too little done to know');
});

test('elapsed time is the time at work: it goes on where it was and stands still at the end', () => {
  const { walk, time } = walkOver({ data: [{ name: 'a' }] }, { activeMs: 5000 });
  time.now = 1500;
  assert.equal(walk.view().elapsedMs, 6500);
  walk.end('failed');
  time.now = 9000;
  assert.equal(walk.view().elapsedMs, 6500);
});

test('the time of a finished step is kept with its outcome: a kill right after it does not lose it', async (t) => {
  const { opened } = openedSite(t);
  const held = gate();
  const session = start(
    opened,
    stagesOf(
      { inventory: [{ name: 'a' }], data: [{ name: 'b' }] },
      { a: { apply: () => new Promise((resolve) => setTimeout(resolve, 30)) }, b: { apply: () => held.opened } },
    ),
  );
  await until(() => session.walk.step('data/do/b').state === 'running', 'the second step');
  assert.ok(opened.store.runs.last()!.activeMs > 0);
  held.open();
  assert.equal(await session.ended, 'done');
});

test('a plan is the same for the same input and another when the site changes', () => {
  const stages = stagesOf({ inventory: [{ name: 'a' }], data: [{ name: 'b' }] }, {});
  const digest = (change: object) => makePlan({ site: siteFile(change), release }, stages).digest;
  assert.equal(digest({}), digest({}));
  const again = JSON.parse(JSON.stringify(siteFile()));
  assert.equal(
    makePlan({ site: Object.fromEntries(Object.entries(again).reverse()) as never, release }, stages).digest,
    digest({}),
    'the order of fields means nothing',
  );
  const changes: readonly object[] = [
    { title: 'other' },
    { hosts: [] },
    { profile: 'production' },
    { utcOffsetMinutes: 0 },
    { parameters: { replicas: 2 } },
  ];
  const digests = changes.map(digest);
  assert.equal(new Set([digest({}), ...digests]).size, changes.length + 1);
  const newer = { ...release, digest: `sha256:${'c'.repeat(64)}` };
  assert.notEqual(makePlan({ site: siteFile(), release: newer }, stages).digest, digest({}));
});

test('a plan that is not sound is refused before anything runs', () => {
  const plan = (table: Table) => () => makePlan({ site: siteFile(), release }, stagesOf(table, {}));
  assert.throws(plan({ data: [{ name: 'a' }, { name: 'a' }] }), /planned twice/);
  assert.throws(plan({ data: [{ name: 'a', needs: ['b'] }, { name: 'b' }] }), /needs data\/do\/b/);
  assert.throws(plan({ inventory: [{ name: 'a' }], data: [{ name: 'b', needs: ['../inventory/do/a'] }] }), /needs/);
});

test('who watches gets a snapshot, every notice and the end, each as the contract says', async (t) => {
  const { opened, now } = openedSite(t);
  const held = gate();
  const session = start(
    opened,
    stagesOf({ inventory: [{ name: 'a' }], data: [{ name: 'b' }] }, { a: { apply: () => held.opened } }),
  );
  const engine = { session: () => session, walk: () => session.walk, logTail: () => opened.logTail };
  const seen: WalkEvent[] = [];
  const watching = (async () => {
    for await (const event of watchWalk(engine, 'plant', undefined)) seen.push(walkEventSchema.parse(event));
  })();
  await until(() => seen.length > 0, 'a snapshot');
  held.open();
  await session.ended;
  await watching;
  assert.equal(seen[0]!.type, 'snapshot');
  assert.equal(seen.at(-1)!.type, 'end');
  assert.deepEqual(
    seen.flatMap((event) => (event.type === 'stage' ? [`${event.stage.id} ${event.stage.state}`] : [])),
    ['inventory done', 'data done'],
  );

  const late: string[] = [];
  for await (const event of watchWalk(engine, 'plant', undefined)) late.push(event.type);
  assert.deepEqual(late, ['snapshot', 'end'], 'a run that has just ended does not keep anyone waiting');
  const stored: string[] = [];
  for await (const event of watchWalk(
    { session: () => undefined, walk: () => storedWalk(opened, now), logTail: () => opened.logTail },
    'plant',
    undefined,
  ))
    stored.push(event.type);
  assert.deepEqual(stored, ['snapshot', 'stage', 'stage', 'end']);
});

test('watching ends when the watcher goes', async (t) => {
  const { opened } = openedSite(t);
  const held = gate();
  const session = start(opened, stagesOf({ inventory: [{ name: 'a' }] }, { a: { apply: () => held.opened } }));
  const leaving = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const event of watchWalk(
      { session: () => session, walk: () => session.walk, logTail: () => opened.logTail },
      'plant',
      leaving.signal,
    ))
      seen.push(event.type);
  })();
  await until(() => seen.length > 0, 'a snapshot');
  leaving.abort();
  await watching;
  held.open();
  assert.equal(await session.ended, 'done');
});

test('known secrets are masked in everything that a run says and stores', async (t) => {
  const { opened, home } = openedSite(t);
  // The last three would break JSON, identifiers and states, were they masked everywhere.
  const secrets = { database: 'Sup3r-Secret', 'a "quoted" name': 'oth\\er"secret', number: '100000', word: 'passed' };
  for (const [name, value] of Object.entries(secrets)) opened.unlocked().vault.set(name, value);
  const said = `got ${secrets.database} and ${secrets['a "quoted" name']}`;
  const events: WalkEvent[] = [];
  const session = start(
    opened,
    stagesOf(
      { data: [{ name: 'a' }, { name: 'b' }] },
      {
        a: {
          inspect: async () => ({ satisfied: false, found: { said } }),
          apply: async (context) => {
            await new Promise((resolve) => setTimeout(resolve, 5));
            context.progress(1, 100_000, 'rows', verbatim(said));
            context.log('info', 'app-01', text('run.audit.step', { step: said }));
            const id = context.evidence(verbatim(said), 'text/plain', said);
            context.evidence(verbatim('bytes'), 'application/json', Buffer.from(JSON.stringify({ said })));
            context.facts.put('app-01', 'collected', { said, count: 100_000 });
            find(context, {
              status: 'passed',
              actual: text('run.audit.step', { step: said }),
              evidence: [id],
              durationMs: 100_000,
              chart: { points: [100_000] },
            });
            assert.deepEqual(context.facts.get('app-01', 'collected'), {
              said: 'got <database> and <a "quoted" name>',
              count: 100_000,
            });
          },
        },
        b: {
          apply: async () => {
            throw new Error(said);
          },
        },
      },
    ),
  );
  session.listen((event) => void events.push(event));
  assert.equal(await session.ended, 'failed');
  const [finding] = opened.store.findings.list(opened.store.runs.last()!.id).map((stored) => stored.finding);
  assert.deepEqual([finding!.status, finding!.durationMs, finding!.chart], ['passed', 100_000, { points: [100_000] }]);
  assert.equal('key' in finding!.actual && finding!.actual.key, 'run.audit.step');
  opened.store.database.pragma('wal_checkpoint(TRUNCATE)');
  const stored = readdirSync(home, { recursive: true, encoding: 'utf8' })
    .map((name) => join(home, name))
    .filter((file) => statSync(file).isFile())
    .map((file) => readFileSync(file, 'utf8'));
  for (const content of [...stored, JSON.stringify(events), JSON.stringify(session.walk.view())]) {
    for (const secret of [secrets.database, 'oth\\er', 'er"secret', 'er\\"secret'])
      assert.ok(!content.includes(secret), `${secret} in ${content.slice(0, 200)}`);
  }
  assert.match(JSON.stringify(events), /<database>/);
});
