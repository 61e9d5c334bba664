import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { createPostgresDriver } from '../../../electron/engine/drivers/postgres-driver.ts';
import type { StepContext, StepPlan } from '../../../electron/engine/plan/step.ts';
import { connectionTable, planConnections } from '../../../electron/engine/stages/infrastructure/network-plan.ts';
import { scramVerifier } from '../../../electron/engine/stages/infrastructure/scram.ts';
import { infrastructureStage } from '../../../electron/engine/stages/infrastructure/stage.ts';
import { openPractice, type PracticeSite, removePractice } from '../../../electron/practice/launch.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { deploymentManifest, testRelease } from './release.ts';

const secrets = {
  ssh: 'ssh-pass',
  registry: 'registry-pass',
  database: randomBytes(12).toString('hex'),
  cluster: 'cluster-pass',
};
let folder: string;
let practice: PracticeSite;

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'practice-test-'));
  practice = await openPractice({ folder, secrets });
});
after(async () => {
  await practice.stop();
  await removePractice(folder);
});

const release = testRelease({ 'manifests/a.yaml': [deploymentManifest()] });

function databaseContext(): {
  context: StepContext;
  vault: Map<string, string>;
  recorded: ReturnType<typeof testContext>['recorded'];
  close: () => Promise<void>;
} {
  const { address, port, user, host } = practice.ready.database;
  const site = testSite({
    database: { kind: 'postgresql', address, port, user, credential: 'database', host, names: [] },
  });
  const { context, recorded } = testContext({ site, release, secrets: { database: secrets.database } });
  const driver = createPostgresDriver({ site, vault: context.vault, release, authorities: () => [] });
  const drivers = new Proxy(context.drivers, {
    get: (target, name) => (name === 'postgres' ? driver : Reflect.get(target, name)),
  });
  return { context: { ...context, drivers }, vault: recorded.secrets, recorded, close: () => driver.close() };
}

const step = (context: StepContext, kind: string): StepPlan => {
  const found = infrastructureStage.plan({ site: context.site, release }).find((candidate) => candidate.kind === kind);
  assert.ok(found);
  return found;
};

test('the database: made once, owned, closed to others, and the password is only in the vault', async () => {
  const { context, vault, recorded, close } = databaseContext();
  const kind = infrastructureStage.steps.database;
  const { input } = step(context, 'database');
  assert.equal((await kind?.inspect?.(context, input))?.satisfied, false);
  await kind?.apply?.(context, input);
  assert.equal((await kind?.inspect?.(context, input))?.satisfied, true);
  await kind?.verify?.(context, input);
  assert.deepEqual(
    recorded.findings.map(({ check, status }) => [check, status]),
    [['infrastructure.database', 'passed']],
  );
  const password = vault.get('database-owner') ?? '';
  assert.ok(password.length >= 32);
  assert.ok(!JSON.stringify([recorded.findings, recorded.evidence, recorded.log]).includes(password));

  const administrator: pg.Client = await context.drivers.postgres.connect({ as: 'administrator' });
  const { rows } = await administrator.query("select rolpassword from pg_authid where rolname = 'energy_app'");
  assert.match(rows[0].rolpassword, /^SCRAM-SHA-256\$4096:/);

  // A password that somebody changed is put right again; the database stays.
  await administrator.query("alter role energy_app password 'other'");
  assert.equal((await kind?.inspect?.(context, input))?.satisfied, false);
  await kind?.apply?.(context, input);
  assert.equal((await kind?.inspect?.(context, input))?.satisfied, true);

  // The owner may make tables; rights that come back for everyone are found.
  const owner = await context.drivers.postgres.connect({ as: 'owner' });
  await owner.query('create table t (a int); drop table t');
  await owner.end();
  const inside = await context.drivers.postgres.connect({ as: 'administrator' }, { database: 'energy' });
  await inside.query('grant create on schema public to public');
  assert.equal((await kind?.inspect?.(context, input))?.satisfied, false);
  await kind?.verify?.(context, input);
  assert.equal(recorded.findings[0]?.status, 'failed');
  await inside.end();
  await administrator.end();
  await close();
});

test('the verifier is the one that RFC 7677 gives', () => {
  // Salt and iterations of the RFC's example; the keys follow from its password "pencil".
  const verifier = scramVerifier('pencil', Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64'));
  assert.equal(
    verifier,
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

test('the network plan names every connection by role', () => {
  const table = connectionTable(planConnections(testSite(), release));
  for (const words of [
    'sitewright\tapp-01\t127.0.0.1\t22\tTCP\tssh',
    'app-01 app-02\tdata-01\t127.0.0.1\t5432\tTCP\tdatabase',
    'users\tapp-01 app-02',
  ]) {
    assert.ok(table.includes(words), `${words}\n${table}`);
  }
});

test('the plan is pure, its effects name what happens where, and it holds no secret', () => {
  const site = testSite();
  const one = infrastructureStage.plan({ site, release });
  assert.deepEqual(one, infrastructureStage.plan({ site, release }));
  assert.deepEqual(
    one.map(({ id }) => id),
    [
      'infrastructure/network/test-site',
      'infrastructure/folders/app-01',
      'infrastructure/folders/app-02',
      'infrastructure/namespace/kubernetes',
      'infrastructure/database/database',
    ],
  );
  assert.deepEqual(
    infrastructureStage
      .plan({ site: { ...site, kubernetes: undefined, database: undefined, hosts: [] }, release })
      .map(({ kind }) => kind),
    ['network'],
  );
});
