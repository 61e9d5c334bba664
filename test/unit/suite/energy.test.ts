import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import { verificationStage } from '../../../electron/engine/stages/verification/stage.ts';
import { runTag } from '../../../electron/engine/suite/world.ts';
import { type Energy, startEnergy } from './energy.ts';

let energy: Energy;
before(async () => {
  energy = await startEnergy();
});
after(() => energy?.close());

const suite = async (name: string, signal?: AbortSignal) => {
  const made = energy.context(signal);
  const step = verificationStage
    .plan({ site: made.context.site, release: energy.release })
    .find((one) => one.id === `verification/suite/${name}`)!;
  await verificationStage.steps[step.kind]!.verify!(made.context, step.input);
  return made.recorded;
};

const left = `select (select count(*) from meters where id >= 1000) as meters, (select count(*) from sessions where user_name like 'verifier-%') as sessions,
  (select count(*) from sign_in_failures) as failures, (select count(*) from alarms) as alarms`;

for (const [name, least] of [
  ['health', 4],
  ['function', 8],
  ['performance', 2],
  ['security', 14],
] as const) {
  test(`the suite ${name} passes on a good site and leaves nothing behind`, async (t) => {
    // What a killed attempt left behind is found by its tag.
    const tag = runTag(energy.context().context);
    if (name === 'function')
      await energy.query(`insert into meters (code, name, site_code) values ('${tag}-99', 'left', 'S-01')`);
    const start = performance.now();
    const { findings, evidence } = await suite(name);
    t.diagnostic(`${findings.length} cases in ${Math.round(performance.now() - start)} ms`);
    for (const one of findings)
      t.diagnostic(
        `${one.status} ${one.check}: ${say('en-US', one.actual)} [${say('en-US', one.expected)}] ${one.durationMs} ms`,
      );
    assert.ok(findings.length >= least);
    const bad = findings.filter(
      (one) => !['passed', 'not-applicable'].includes(one.status) && one.check !== 'security.database.plain',
    );
    assert.deepEqual(
      bad.map((one) => `${one.check}: ${one.status}: ${say('en-US', one.actual)}`),
      [],
    );
    assert.deepEqual(await energy.query(left), [{ meters: '0', sessions: '0', failures: '0', alarms: '0' }]);
    const kept = evidence.map((one) => String(one.content)).join('\n');
    for (const value of Object.values(energy.secrets)) assert.ok(!kept.includes(value), 'a secret is in the evidence');
    assert.doesNotMatch(kept, /"token":"[^*]|authorization: (?!\*\*\*)/i);
  });
}

test('a single lost reading and a lost right are found by the cases about them, and by no others', async () => {
  await energy.query("delete from readings where meter_id = 2 and at = '2025-03-05T10:00:00Z'");
  const { findings } = await suite('function');
  const failed = findings.filter((one) => one.status !== 'passed').map((one) => `${one.status} ${one.check}`);
  assert.deepEqual(failed.sort(), ['failed function.data.checksum', 'failed function.data.counts']);
  const counts = findings.find((one) => one.check === 'function.data.counts')!;
  assert.match(say('zh-CN', counts.actual), /2025 年读数 175199 行;每表 8759 至 8760 行/);

  await energy.query("insert into role_permissions values ('viewer', 'users:read')");
  const security = await suite('security');
  const holes = security.findings
    .filter((one) => one.status === 'failed' || one.status === 'error')
    .map((one) => one.check);
  assert.deepEqual(holes, ['security.roles.viewer']);
});
