import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { verifyJournal } from '../../electron/engine/run/verify-journal.ts';
import { openPracticeHome, type PracticeHome, practiceName } from '../kit/practice-home.ts';
import { seededRandom } from '../kit/random.ts';
import { readSiteState, type SiteState } from '../kit/site-state.ts';

const kills = 30;
const engineProcess = fileURLToPath(new URL('./engine-process.ts', import.meta.url));

type Life = { readonly killed: boolean; readonly code: number | null; readonly output: readonly string[] };

/** One life of an engine: killed with SIGKILL a moment after its progress has reached a point, or left to end. */
function live(practice: PracticeHome, until: number | undefined, delayMs: number): Promise<Life> {
  const child = spawn(process.execPath, [engineProcess, practice.home, practice.bundle], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  let killed = false;
  const kill = () => {
    killed = child.kill('SIGKILL');
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    const progress = /^progress (\S+)$/.exec(line);
    if (progress === null) output.push(line);
    else if (until !== undefined && Number(progress[1]) >= until && !killed) setTimeout(kill, delayMs);
  });
  createInterface({ input: child.stderr }).on('line', (line) => output.push(line));
  return new Promise((resolve) => child.on('close', (code) => resolve({ killed, code, output })));
}

/** Whether the walk is at its end: reached in this life, or in the one before, killed after it had recorded the end. */
const ended = ({ code, output }: Life) => code === 0 || output.some((line) => line.includes('run-not-resumable'));

let undisturbed: PracticeHome;
let disturbed: PracticeHome;
before(async () => {
  undisturbed = await openPracticeHome();
  disturbed = await openPracticeHome();
});
after(async () => {
  await undisturbed?.remove();
  await disturbed?.remove();
});

test(`a walk killed at ${kills} random moments ends as an undisturbed one, and repeats nothing that was finished`, async (t) => {
  const next = seededRandom(t);

  const whole = await live(undisturbed, undefined, 0);
  assert.equal(whole.code, 0, whole.output.join('\n'));

  const moments = Array.from({ length: kills }, () => ({ at: next() * 0.995, delay: Math.floor(next() * 250) })).sort(
    (a, b) => a.at - b.at,
  );
  let killed = 0;
  for (const moment of moments) {
    const life = await live(disturbed, moment.at, moment.delay);
    if (!life.killed) {
      assert.ok(ended(life), `ended by itself before ${moment.at}: ${life.output.join('\n')}`);
      break;
    }
    killed += 1;
  }
  t.diagnostic(`${killed} kills`);
  assert.ok(killed >= kills - 2, `only ${killed} of ${kills} kills came before the end`);
  const last = await live(disturbed, undefined, 0);
  assert.ok(ended(last), last.output.join('\n'));

  const [expected, found] = [await readSiteState(undisturbed), await readSiteState(disturbed)];
  for (const part of ['registry', 'hosts', 'cluster', 'database'] as const satisfies readonly (keyof SiteState)[]) {
    assert.ok(expected[part].length > 0);
    assert.deepEqual(found[part], expected[part], part);
  }
  assert.ok(expected.database.some((line) => line.startsWith('public.readings 175200 ')));

  const engine = disturbed.engine();
  try {
    const opened = engine.open(practiceName);
    const rows = opened.store.database
      .prepare("SELECT kind, subject, body FROM audit WHERE kind IN ('apply', 'outcome') ORDER BY seq")
      .all() as {
      kind: string;
      subject: string;
      body: string;
    }[];
    const finished = new Set<string>();
    for (const row of rows) {
      assert.ok(!finished.has(row.subject), `${row.subject} was carried out again after it was finished`);
      if (row.kind === 'outcome' && (JSON.parse(row.body) as { state: string }).state === 'done')
        finished.add(row.subject);
    }
    const run = opened.store.runs.last()!;
    assert.equal(finished.size, run.plan.stages.flatMap((stage) => stage.steps).length);
    const attempts = opened.store.runs.steps(run.id).reduce((sum, step) => sum + step.attempts, 0);
    t.diagnostic(`${attempts} attempts of ${finished.size} steps`);
    assert.ok(attempts > finished.size, 'no kill fell into a step');
    assert.deepEqual(verifyJournal(opened).problems, []);
  } finally {
    await engine.close();
  }
});
