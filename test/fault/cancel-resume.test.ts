import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Engine } from '../../electron/engine/engine.ts';
import { verifyJournal } from '../../electron/engine/run/verify-journal.ts';
import { openPracticeHome, type PracticeHome, practiceName } from '../kit/practice-home.ts';
import { seededRandom } from '../kit/random.ts';

const cancels = 40;
/** A cancelled run ends what it has in hand and no more. Far above what any step needs for that, ms. */
const endLimitMs = 15_000;

let practice: PracticeHome;
let engine: Engine;
before(async () => {
  practice = await openPracticeHome();
  engine = practice.engine();
  engine.openUnlocked(practiceName);
});
after(async () => {
  await engine?.close();
  await practice?.remove();
});

test(`a walk cancelled at ${cancels} random moments ends each time, whatever it has in hand, and is gone on with to its end`, async (t) => {
  const next = seededRandom(t);
  const bundle = [practice.bundle];
  const plan = engine.plan(practiceName, await engine.trustedBundle(practiceName, bundle));
  const moments = Array.from({ length: cancels }, () => ({ at: next() * 0.98, delay: next() * 120 })).sort(
    (a, b) => a.at - b.at,
  );
  let session = await engine.start(practiceName, bundle, plan.digest);
  const inHand = new Set<string>();
  for (const { at, delay } of moments) {
    while (session.walk.progress() < at && session.walk.view().state === 'running') await wait(5);
    await wait(delay);
    const steps = session.walk.view().stages.flatMap((stage) => stage.steps);
    const running = steps.filter(({ state }) => state === 'running').map(({ id }) => id);
    session.cancel();
    const state = await Promise.race([session.ended, wait(endLimitMs, `still running: ${running}`, { ref: false })]);
    if (state === 'done') break;
    assert.equal(state, 'cancelled');
    for (const id of running) inHand.add(id);
    session = await engine.resume(practiceName, bundle);
  }
  t.diagnostic(`cancelled in ${inHand.size} of ${plan.stages.flatMap(({ steps }) => steps).length} steps`);
  assert.ok(inHand.size > cancels / 4, [...inHand].join());
  assert.equal(await session.ended, 'done');
  const opened = engine.open(practiceName);
  assert.ok(opened.store.runs.steps(opened.store.runs.last()!.id).every(({ state }) => state === 'done'));
  assert.deepEqual(verifyJournal(opened).problems, []);
});
