import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import type { StepContext, StepPlan } from '../../../electron/engine/plan/step.ts';
import { dataStage } from '../../../electron/engine/stages/data/stage.ts';
import { startPostgres, type TestPostgres } from '../../kit/postgres.ts';
import { dataContext, readings, readingsTable, testRelease } from './fixture.ts';

let server: TestPostgres;
before(async () => {
  server = await startPostgres();
});
after(() => server.close());

const migrations = {
  ...readingsTable,
  'migrations/0002_users.sql':
    'create table users (name text primary key, password_hash text not null); create table meters (id int primary key, code text unique);',
};
const meters = Array.from({ length: 4 }, (_, n) => `{ id: ${n + 1}, code: M-${n + 1} }`).join(', ');
const configuration = {
  'configuration/meters.yaml': `table: meters\nkey: [code]\nrows: [${meters}]`,
  'configuration/users.yaml':
    'table: users\nkey: [name]\nrows: [{ name: admin, password_hash: { password: user/admin } }]',
};
const references = [{ column: 'meter_id', table: 'meters', target: 'id' }];

/** Carries out a step as a run does, and says whether it was there already. */
async function carryOut(context: StepContext, step: StepPlan): Promise<boolean> {
  const kind = dataStage.steps[step.kind]!;
  const satisfied = (await kind.inspect?.(context, step.input))?.satisfied === true;
  if (!satisfied) await kind.apply?.(context, step.input);
  await kind.verify?.(context, step.input);
  return satisfied;
}

test('the stage fills a database, proves it, and finds it so on the second walk', async () => {
  await server.makeDatabase('stage');
  const content = readings(4, 1000);
  const history = [{ file: 'history/readings.csv.gz', content, rows: 4000, references }];
  const made = testRelease({ database: 'stage', migrations, configuration, history });
  const first = dataContext(server, made);
  const plan = dataStage.plan({ site: first.context.site, release: made.release });
  assert.deepEqual(plan, dataStage.plan({ site: first.context.site, release: made.release }));
  assert.deepEqual(
    plan.map((step) => step.id),
    [
      'data/migrations/database',
      'data/configuration/configuration/meters.yaml',
      'data/configuration/configuration/users.yaml',
      'data/history/readings',
      'data/proof/readings',
    ],
  );
  const effects = plan.flatMap((step) => step.effects.map((words) => say('en-US', words)));
  assert.ok(effects.includes('Insert or update 4 rows of table meters by code from configuration/meters.yaml'));
  assert.ok(effects.some((words) => words.startsWith('Load 4000 rows into table readings')));
  const already: boolean[] = [];
  for (const step of plan) already.push(await carryOut(first.context, step));
  assert.deepEqual(already, [false, false, false, false, false]);
  assert.deepEqual(
    first.recorded.findings.map(({ check, subject, status, clause }) => [check, subject, status, clause]),
    [
      ['data.schema', 'stage', 'passed', '11.2 数据初始化 / 数据库初始化'],
      ['data.configuration', 'meters', 'passed', '11.2 数据初始化 / 配置数据'],
      ['data.configuration', 'users', 'passed', '11.2 数据初始化 / 配置数据'],
      ['data.initial-passwords', 'users', 'passed', '11.2 数据初始化 / 配置数据'],
      ['data.history', 'readings', 'passed', '11.2 数据初始化 / 历史数据'],
      ['data.references', 'readings', 'passed', '11.2 数据初始化 / 历史数据'],
    ],
  );
  for (const { evidence, check } of first.recorded.findings)
    assert.ok(evidence.length > 0 || /configuration|passwords/.test(check), check);
  const proof = first.recorded.evidence.find((one) => one.title.startsWith('Proof'));
  assert.match(String(proof?.content), /kwh, sum: file [\d.]+ = table/);
  assert.match(String(proof?.content), /meter_id without a row in meters\.id: 0 \(all rows looked at\)/);
  const password = first.recorded.secrets.get('user/admin') ?? '';
  assert.equal(password.length, 20);
  const told = JSON.stringify([
    plan,
    first.recorded.findings,
    first.recorded.evidence,
    first.recorded.log,
    first.recorded.checkpoint,
  ]);
  assert.equal(told.includes(password) || told.includes('scrypt$'), false);
  await first.postgres.close();

  const second = dataContext(server, made);
  second.recorded.secrets.set('user/admin', password);
  const client = await server.connect('stage', 'stage');
  const state = async () =>
    (
      await client.query(
        "select (select md5(string_agg(t::text || xmin::text, ',' order by name)) from users t) a, (select md5(string_agg(t::text || xmin::text, ',' order by id)) from meters t) b, (select max(xmin::text::bigint) from readings) c",
      )
    ).rows[0];
  const before = await state();
  already.length = 0;
  for (const step of plan) already.push(await carryOut(second.context, step));
  assert.deepEqual(already, [true, true, true, true, false]);
  assert.deepEqual(await state(), before);
  assert.ok(second.recorded.findings.every((finding) => finding.status === 'passed'));
  await client.end();
  await second.postgres.close();
});

test('too many bad rows stop the walk with the list as evidence', async () => {
  await server.makeDatabase('rejects');
  const content = readings(4, 500, (line, index) => (index % 700 === 0 ? `${line}x` : line));
  const made = testRelease({
    database: 'rejects',
    migrations,
    configuration,
    history: [{ file: 'history/readings.csv.gz', content, rejectLimit: 2 }],
  });
  const { context, recorded, postgres } = dataContext(server, made);
  const plan = dataStage.plan({ site: context.site, release: made.release });
  for (const step of plan.slice(0, 3)) await carryOut(context, step);
  await assert.rejects(carryOut(context, plan[3]!), (error) => {
    assert.ok(error instanceof SitewrightError);
    assert.deepEqual([error.code, error.params.rejected, error.params.allowed], ['import-rejected', 3, 2]);
    return true;
  });
  const finding = recorded.findings.find((one) => one.check === 'data.history');
  assert.deepEqual([finding?.status, finding?.mustPass], ['failed', true]);
  const list = recorded.evidence.find((one) => one.id === finding?.evidence[0]);
  assert.match(
    String(list?.content),
    /^line,reason,row\r\n2,"invalid input syntax for type numeric: ""[\d.]+x""","1,2025/,
  );
  await postgres.close();
});

test('the database stops in the middle of the import: the error says so, and the step can be resumed', async () => {
  await server.makeDatabase('lost');
  const content = readings(40, 4000);
  const made = testRelease({
    database: 'lost',
    migrations,
    configuration,
    history: [{ file: 'history/readings.csv.gz', content, rows: 160_000 }],
  });
  const { context, postgres } = dataContext(server, made);
  const plan = dataStage.plan({ site: context.site, release: made.release });
  for (const step of plan.slice(0, 3)) await carryOut(context, step);
  let crashed: Promise<void> | undefined;
  const progress: StepContext['progress'] = (done) => {
    if (done > 0) crashed ??= server.crash();
  };
  await assert.rejects(carryOut({ ...context, progress }, plan[3]!), { code: 'database-lost' });
  await crashed;
  await assert.rejects(carryOut(context, plan[3]!), { code: 'database-unreachable' });
  await server.start();
  for (const step of plan.slice(3)) await carryOut(context, step);
  const client = await server.connect('lost', 'lost');
  assert.equal((await client.query('select count(*)::int as n from readings')).rows[0].n, 160_000);
  await client.end();
  await postgres.close();
});
