import assert from 'node:assert/strict';
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { verbatim } from '../../../electron/contract/text.ts';
import { addWaiver, removeWaiver } from '../../../electron/engine/run/decisions.ts';
import { verifyJournal } from '../../../electron/engine/run/verify-journal.ts';
import { type OpenSite, openSite } from '../../../electron/engine/site/open-site.ts';
import { openedSite, passphrase } from './fixture.ts';
import { find, stagesOf, start } from './stages.ts';

/** A site with a finished run: one step with verdict and evidence, one without. */
async function walked(test: TestContext): Promise<OpenSite> {
  const { opened } = openedSite(test);
  const session = start(
    opened,
    stagesOf(
      { environment: [{ name: 'judge' }, { name: 'change' }] },
      {
        judge: {
          verify: async (context) => {
            const id = context.evidence(verbatim('free'), 'text/plain', 'Mem: 16 GiB');
            find(context, { evidence: [id] });
            find(context, { check: 'host.cpu', status: 'warning' });
          },
        },
      },
    ),
  );
  assert.equal(await session.ended, 'done');
  return opened;
}

function problems(opened: OpenSite, head?: string): readonly string[] {
  const verdict = verifyJournal(opened, head);
  assert.equal(verdict.intact, verdict.problems.length === 0);
  return verdict.problems.map(({ problem }) => ('key' in problem ? problem.key : '?'));
}

test('what was recorded stands, and the head of the moment is known', async (t) => {
  const opened = await walked(t);
  assert.deepEqual(problems(opened), []);
  assert.deepEqual(problems(opened, opened.unlocked().audit.head().hash), []);
  assert.deepEqual(problems(opened, 'f'.repeat(64)), ['run.audit.known-head']);
});

test('each change behind the journal’s back is found', async (t) => {
  const forged = JSON.stringify({ check: 'host.memory', subject: 'app-01', status: 'passed' });
  const insertFinding = (step: string) =>
    `INSERT INTO finding SELECT id, 'forged', 'app-01', 'environment', '${step}', '${forged}' FROM run`;
  const changes: readonly (readonly [string, string, string])[] = [
    ['a verdict changed', `UPDATE finding SET body = replace(body, '"warning"', '"passed"')`, 'run.audit.findings'],
    ['a figure changed', `UPDATE finding SET body = replace(body, '16 GiB', '64 GiB')`, 'run.audit.findings'],
    ['a verdict removed', `DELETE FROM finding WHERE check_id = 'host.cpu'`, 'run.audit.findings'],
    ['all verdicts of a step removed', 'DELETE FROM finding', 'run.audit.findings'],
    ['a verdict added to a step', insertFinding('environment/do/judge'), 'run.audit.findings'],
    ['a verdict added to a step that has none', insertFinding('environment/do/change'), 'run.audit.findings'],
    ['a verdict of a step that never was', insertFinding('environment/do/never'), 'run.audit.unrecorded'],
    [
      'a verdict moved to another step',
      `UPDATE finding SET step = 'environment/do/change' WHERE check_id = 'host.cpu'`,
      'run.audit.findings',
    ],
    ['the state of a step changed', `UPDATE step SET state = 'failed' WHERE id LIKE '%change'`, 'run.audit.step'],
    ['a step removed', `DELETE FROM step WHERE id LIKE '%change'`, 'run.audit.step'],
    [
      'a step added',
      `INSERT INTO step (run, id, state) SELECT id, 'environment/do/more', 'done' FROM run`,
      'run.audit.unrecorded',
    ],
    ['the state of the run changed', `UPDATE run SET state = 'failed'`, 'run.audit.run'],
    ['the plan changed', `UPDATE run SET plan = replace(plan, 'do change', 'do nothing')`, 'run.audit.plan'],
    ['evidence taken out of the index', 'DELETE FROM evidence', 'run.audit.evidence'],
    ['evidence exchanged in the index', `UPDATE evidence SET sha256 = '${'0'.repeat(64)}'`, 'run.audit.evidence'],
    [
      'a waiver added',
      `INSERT INTO waiver VALUES ('W-1', '${JSON.stringify({ id: 'W-1', check: 'host.cpu', reason: 'x', approver: 'y', created: '', expires: '2099-01-01' })}')`,
      'run.audit.waiver',
    ],
    [
      'a run added',
      `INSERT INTO run (id, started_at, state, plan_digest, plan, operator) SELECT 'forged', started_at, state, plan_digest, plan, operator FROM run`,
      'run.audit.run',
    ],
  ];
  const opened = await walked(t);
  const { database } = opened.store;
  for (const [what, statement, expected] of changes) {
    database.exec('BEGIN');
    assert.ok(database.prepare(statement).run().changes > 0, what);
    const found = problems(opened);
    database.exec('ROLLBACK');
    assert.ok(found.includes(expected), `${what}: ${found.join(', ')}`);
  }
  assert.deepEqual(problems(opened), []);
});

test('a step that was cut off and is said to be done is found', async (t) => {
  const opened = await walked(t);
  // What a kill in the middle leaves: an intent without an outcome.
  const run = opened.store.runs.last()!.id;
  opened.store.runs.startStep(run, 'environment/do/change', new Date().toISOString());
  opened.unlocked().audit.append('run', run, { event: 'resumed' });
  opened.store.runs.setState(run, 'running');
  opened.unlocked().audit.append('intent', 'environment/do/change', { run });
  assert.deepEqual(problems(opened), []);
  opened.store.database.exec("UPDATE step SET state = 'done' WHERE id LIKE '%change'");
  assert.deepEqual(problems(opened), ['run.audit.step']);
});

test('a changed or removed evidence file is found, and is not shown', async (t) => {
  const opened = await walked(t);
  const [name] = readdirSync(opened.folder.evidence);
  const file = join(opened.folder.evidence, name!);
  assert.equal(opened.evidence.read('E-0001').content.toString(), 'Mem: 16 GiB');
  writeFileSync(file, 'Mem: 64 GiB');
  assert.deepEqual(problems(opened), ['run.audit.evidence']);
  assert.throws(
    () => opened.evidence.read('E-0001'),
    (error: SitewrightError) => error.code === 'journal-damaged',
  );
  // The same evidence recorded again puts the file right.
  opened.unlocked().evidence.add({
    run: 'r',
    step: 's',
    title: verbatim('free'),
    mediaType: 'text/plain',
    content: 'Mem: 16 GiB',
    at: '',
  });
  assert.deepEqual(problems(opened), []);
  rmSync(file);
  assert.deepEqual(problems(opened), ['run.audit.evidence']);
  for (const id of ['E-0001', 'E-0099', 'E-', 'x', '']) {
    assert.throws(
      () => opened.evidence.read(id),
      (error: SitewrightError) => error.code === 'evidence-not-found',
      id,
    );
  }
});

test('waivers are vouched for, added and removed', async (t) => {
  const opened = await walked(t);
  opened.unlocked().vault.set('ssh', 'Sup3r-Secret');
  const draft = {
    check: 'host.cpu',
    subjects: ['app-01'],
    reason: 'pilot, Sup3r-Secret',
    approver: 'Wang',
    expires: '2099-12-31',
  };
  const first = addWaiver(opened, draft, [], '2026-06-01', new Date());
  const second = addWaiver(opened, draft, [], '2026-06-01', new Date());
  assert.equal(first.reason, 'pilot, <ssh>');
  assert.deepEqual(problems(opened), []);
  assert.equal(removeWaiver(opened, second.id), true);
  assert.equal(removeWaiver(opened, second.id), false);
  assert.deepEqual(problems(opened), []);
  opened.store.waivers.put({ ...first, expires: '2199-12-31' });
  assert.deepEqual(problems(opened), ['run.audit.waiver']);
  opened.store.waivers.remove(first.id);
  assert.deepEqual(problems(opened), ['run.audit.waiver']);
});

test('an emptied journal is found, even when the site is opened again', async (t) => {
  const opened = await walked(t);
  opened.store.database.exec('DELETE FROM audit; DELETE FROM audit_head');
  assert.ok(problems(opened).includes('run.audit.no-head'));
  opened.unlock(passphrase);
  assert.ok(problems(opened).includes('run.audit.unrecorded'), problems(opened).join(', '));
});

test('a journal key that was exchanged in the database does not open with the vault', async (t) => {
  const { opened, home, now } = openedSite(t);
  const foreign = openedSite(t).opened.auditKey()!;
  opened.store.meta.set('audit-key', foreign);
  const again = openSite(home, 'plant', now);
  t.after(() => again.close());
  assert.throws(
    () => again.unlock(passphrase),
    (error: SitewrightError) => error.code === 'site-invalid',
  );
  assert.equal(again.isUnlocked(), false);
  opened.store.meta.set('audit-key', 'no key');
  assert.throws(() => verifyJournal(opened), SitewrightError);
});

test('a site is known by its name only, not by a path', (t) => {
  const { home, now } = openedSite(t);
  for (const name of ['../sites/plant', 'plant/', './plant', '', 'other']) {
    assert.throws(
      () => openSite(home, name, now),
      (error: SitewrightError) => error.code === 'site-not-found',
      name,
    );
  }
});
