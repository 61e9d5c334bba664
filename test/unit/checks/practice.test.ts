import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import type { Finding } from '../../../electron/contract/views.ts';
import { blockersOf, judgeFindings } from '../../../electron/engine/checks/gate.ts';
import { dependenciesStage } from '../../../electron/engine/stages/dependencies/stage.ts';
import { environmentStage } from '../../../electron/engine/stages/environment/stage.ts';
import { inventoryStage } from '../../../electron/engine/stages/inventory/stage.ts';
import { type DeploySite, deploySite, runStage } from '../deploy/practice-site.ts';

const words = ({ check, subject, status, actual, why }: Finding): string =>
  `${check} ${subject} ${status}: ${say('en-US', actual)}${why === undefined ? '' : ` - ${say('en-US', why)}`}`;

describe('on a practice site', () => {
  let deployed: DeploySite;
  before(async () => {
    deployed = await deploySite();
  });
  after(() => deployed?.close());

  const found = (status: Finding['status']) => deployed.recorded.findings.filter((one) => one.status === status);

  it('inventory, environment and dependencies leave the gate open', async () => {
    const { context, recorded } = deployed;
    for (const stage of [inventoryStage, environmentStage, dependenciesStage]) await runStage(stage, context, recorded);
    assert.deepEqual(blockersOf(judgeFindings(recorded.findings, [], '2026-01-01')).map(words), []);
    const text =
      JSON.stringify(recorded.findings) + JSON.stringify([...recorded.facts]) + JSON.stringify(recorded.evidence);
    for (const secret of recorded.secrets.values())
      assert.ok(!text.includes(secret), 'no secret in findings, facts or evidence');
  });

  it('the database was tried out for real, and nothing is left of it', async () => {
    const status = (check: string) => deployed.recorded.findings.find((one) => one.check === check)?.status;
    for (const check of [
      'dependency.database-schema',
      'dependency.database-rights',
      'dependency.cluster-rights',
      'network.tcp-matrix',
    ]) {
      assert.equal(status(check), 'passed', check);
    }
    const client = await deployed.context.drivers.postgres.connect({ as: 'administrator' }, { unverified: true });
    try {
      // What a killed attempt leaves is no obstacle for the next one.
      await client.query('CREATE SCHEMA sitewright_probe; CREATE TABLE sitewright_probe.probe (id integer)');
      await runStage(dependenciesStage, deployed.context, deployed.recorded);
      assert.equal(status('dependency.database-schema'), 'passed');
      const { rows } = await client.query("SELECT 1 FROM pg_namespace WHERE nspname = 'sitewright_probe'");
      assert.equal(rows.length, 0);
    } finally {
      await client.end();
    }
  });

  it('a certificate that is not trusted yet is no error', () => {
    const checks = new Map(deployed.recorded.findings.map(({ check, status }) => [check, status]));
    assert.equal(checks.get('dependency.registry-tls'), 'warning');
    assert.equal(checks.get('dependency.registry-protocol'), 'not-applicable');
    assert.deepEqual(found('error').map(words), []);
  });
});
