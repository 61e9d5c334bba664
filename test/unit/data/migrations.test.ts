import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { dryRun, migrate } from '../../../electron/engine/data/migrate.ts';
import { type Migration, readMigration } from '../../../electron/engine/data/migration-files.ts';
import { readHistory } from '../../../electron/engine/data/migration-history.ts';
import { startPostgres, type TestPostgres } from '../../kit/postgres.ts';

let server: TestPostgres;
before(async () => {
  server = await startPostgres();
});
after(() => server.close());

const options = { appliedBy: 'tester', release: 'test 1.0.0', signal: new AbortController().signal };
const files = (contents: Record<string, string>): Migration[] =>
  Object.entries(contents).map(([path, content]) => readMigration(path, content));

let databases = 0;
async function fresh() {
  const name = `m${++databases}`;
  await server.makeDatabase(name);
  return { name, client: await server.connect(name, name) };
}

const two = {
  '0001_a.sql': 'create table a (id int);\ninsert into a values (1);\nset search_path to pg_catalog;',
  '0002_b.sql': 'create table b (id int);',
};

test('a fresh database gets every file once, a second run touches nothing', async () => {
  const { client } = await fresh();
  assert.match(
    await dryRun(client, files(two)),
    /-- 0001_a\.sql\nbegin;\ncreate table a[\s\S]*commit;[\s\S]*-- 0002_b\.sql/,
  );
  assert.equal((await client.query("select to_regclass('sitewright.schema_history') as found")).rows[0].found, null);
  assert.equal((await migrate(client, files(two), options)).length, 2);
  const history = await readHistory(client);
  assert.deepEqual(
    history.map(({ version, name, appliedBy, release }) => [version, name, appliedBy, release]),
    [
      [1, 'a', 'tester', 'test 1.0.0'],
      [2, 'b', 'tester', 'test 1.0.0'],
    ],
  );
  // The second file's table lies in public although the first one changed the search path.
  assert.equal((await client.query("select to_regclass('public.b') is not null as found")).rows[0].found, true);
  assert.equal((await migrate(client, files(two), options)).length, 0);
  assert.deepEqual(await readHistory(client), history);
  await client.end();
});

test('drift of each kind stops with the list and touches nothing', async () => {
  const { client } = await fresh();
  await migrate(
    client,
    files({ '0001_a.sql': 'select 1', '0003_c.sql': 'select 3', '0004_d.sql': 'select 4' }),
    options,
  );
  const changed = files({
    '0001_a.sql': 'select 11',
    '0002_b.sql': 'create table late (id int)',
    '0003_c.sql': 'select 3',
    '0005_e.sql': 'create table e (id int)',
  });
  await assert.rejects(migrate(client, changed, options), (error) => {
    assert.ok(error instanceof SitewrightError);
    assert.equal(error.code, 'migration-drift');
    const message = say('en-US', error.view().message);
    assert.match(
      message,
      /0001_a was changed after it ran; 0002_b was skipped; 0004_d ran here and is not in the bundle/,
    );
    return true;
  });
  assert.equal((await client.query("select to_regclass('e') as found")).rows[0].found, null);
  assert.equal((await readHistory(client)).length, 3);
  await client.end();
});

test('a failing statement is named, its file leaves nothing behind, the files before it stay', async () => {
  const { client } = await fresh();
  const broken = { ...two, '0003_c.sql': 'create table c (id int);\n\ninsert into nowhere values (1);' };
  await assert.rejects(migrate(client, files(broken), options), (error) => {
    assert.ok(error instanceof SitewrightError);
    assert.deepEqual([error.code, error.params], ['migration-failed', { file: '0003_c.sql', statement: 2 }]);
    assert.match(error.detail ?? '', /nowhere.*line 3/);
    return true;
  });
  assert.equal((await client.query("select to_regclass('c') as found")).rows[0].found, null);
  assert.equal((await readHistory(client)).length, 2);
  await migrate(client, files({ ...two, '0003_c.sql': 'create table c (id int);' }), options);
  assert.equal((await readHistory(client)).length, 3);
  await client.end();
});

test('a file without a transaction goes on at the statement where it was interrupted', async () => {
  const { client } = await fresh();
  await migrate(client, files({ '0001_a.sql': 'create table a (id int); insert into a values (1), (1);' }), options);
  const path = '0002_index.sql';
  const loose = files({
    '0001_a.sql': 'create table a (id int); insert into a values (1), (1);',
    [path]:
      '-- sitewright: no transaction\ninsert into a values (2);\ncreate unique index concurrently if not exists a_id on a (id);\ninsert into a values (3);',
  });
  // The index cannot be built over doubles and stays behind, invalid.
  await assert.rejects(migrate(client, loose, options), { code: 'migration-failed' });
  assert.equal((await client.query('select count(*)::int as n from pg_index where not indisvalid')).rows[0].n, 1);
  await client.query('delete from a where ctid in (select ctid from a where id = 1 limit 1)');
  await migrate(client, loose, options);
  assert.deepEqual(
    (await client.query('select id from a order by id')).rows.map((row) => row.id),
    [1, 2, 3],
  );
  assert.equal(
    (await client.query("select indisvalid from pg_index where indexrelid = 'a_id'::regclass")).rows[0].indisvalid,
    true,
  );
  assert.equal((await client.query('select count(*)::int as n from sitewright.schema_progress')).rows[0].n, 0);
  await client.end();
});

test('two installers at once: one migrates, the other waits and finds nothing to do', async () => {
  const { name, client } = await fresh();
  const other = await server.connect(name, name);
  const slow = files({ '0001_a.sql': 'select pg_sleep(0.4); create table a (id int);' });
  let waited = 0;
  const counts = await Promise.all([
    migrate(client, slow, { ...options, waiting: () => (waited += 1) }),
    migrate(other, slow, { ...options, waiting: () => (waited += 1) }),
  ]);
  assert.deepEqual(counts.map((applied) => applied.length).sort(), [0, 1]);
  assert.ok(waited > 0);
  await client.end();
  await other.end();
});

test('200 migrations run over one connection in a moment, and are verified in a fraction of it', async () => {
  const { client } = await fresh();
  const many = files(
    Object.fromEntries(
      Array.from({ length: 200 }, (_, n) => [
        `${String(n + 1).padStart(4, '0')}_t.sql`,
        `create table t${n} (id int primary key);`,
      ]),
    ),
  );
  const started = performance.now();
  await migrate(client, many, options);
  const applied = performance.now();
  await migrate(client, many, options);
  const verified = performance.now();
  console.log(`200 migrations: ${Math.round(applied - started)} ms, verified in ${Math.round(verified - applied)} ms`);
  assert.ok(verified - applied < applied - started);
  await client.end();
});
