import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { type ImportOptions, importHistory } from '../../../electron/engine/data/history/import-history.ts';
import { readRejects } from '../../../electron/engine/data/history/import-tables.ts';
import { proveHistory } from '../../../electron/engine/data/history/prove-history.ts';
import { startPostgres, type TestPostgres } from '../../kit/postgres.ts';
import { digestOf, readings, readingsTable } from './fixture.ts';

let server: TestPostgres;
before(async () => {
  server = await startPostgres();
});
after(() => server.close());

let databases = 0;
async function fresh() {
  const name = `h${++databases}`;
  await server.makeDatabase(name);
  const client = await server.connect(name, name);
  await client.query(readingsTable['migrations/0001_readings.sql']);
  return { name, client };
}

function importOf(name: string, content: Buffer, change: Partial<ImportOptions['history']> = {}): ImportOptions {
  return {
    history: {
      table: 'readings',
      columns: ['meter_id', 'at', 'kwh'],
      key: ['meter_id', 'at'],
      file: 'readings.csv.gz',
      rejectLimit: 0,
      references: [],
      ...change,
    },
    digest: digestOf(content),
    open: () => Readable.from([content]),
    connect: () => server.connect(name, name),
    signal: new AbortController().signal,
    batchBytes: 32_768,
  };
}

const identity = (content: Buffer) => ({ file: digestOf(content), table: 'readings' });

test('all rows arrive once, the proof holds, a second run loads nothing', async () => {
  const { name, client } = await fresh();
  const content = readings(5, 4000);
  const options = importOf(name, content, { rows: 20_000 });
  const first = await importHistory(options);
  assert.deepEqual([first.rows, first.loadedNow, first.rejected], [20_000, 20_000, 0]);
  const proof = await proveHistory(client, options.history, identity(content), new Date());
  assert.equal(proof?.holds, true);
  assert.deepEqual(proof?.unique.established, { by: 'constraint', name: 'readings_pkey' });
  const figures = proof?.comparisons.map(({ column, figure }) => `${column}.${figure}`) ?? [];
  assert.ok(figures.includes('kwh.sum') && figures.includes('at.min') && figures.includes('meter_id.max'));
  assert.ok((proof?.checkpoints.length ?? 0) > 10);
  const before = (await client.query('select xmin, count(*) from readings group by 1 order by 1::text')).rows;
  const second = await importHistory(options);
  assert.deepEqual([second.rows, second.loadedNow], [20_000, 0]);
  assert.deepEqual(
    (await client.query('select xmin, count(*) from readings group by 1 order by 1::text')).rows,
    before,
  );
  await client.end();
});

test('line ranges and checksums of the batches cover the file without a gap', async () => {
  const { name, client } = await fresh();
  const content = readings(3, 2000);
  await importHistory(importOf(name, content));
  const { rows } = await client.query(
    'select batch, rows::int, first_line::int, last_line::int from sitewright.import_checkpoint order by batch',
  );
  let line = 2;
  for (const row of rows) {
    assert.equal(row.first_line, line);
    assert.equal(row.last_line - row.first_line + 1, row.rows);
    line = row.last_line + 1;
  }
  assert.equal(line, 6002);
  await client.end();
});

test('killed at random moments and resumed: no row lost, none twice', async () => {
  const { name, client } = await fresh();
  const content = readings(10, 6000);
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-import-'));
  const file = join(folder, 'readings.csv.gz');
  await writeFile(file, content);
  let kills = 0;
  const standing: number[] = [];
  for (let attempt = 0; ; attempt++) {
    assert.ok(attempt < 60, 'the import does not end');
    const child = fork(
      join(import.meta.dirname, 'import-child.ts'),
      [String(server.port), name, server.password, file],
      { stdio: 'inherit' },
    );
    const exited = once(child, 'exit');
    if (kills < 8) {
      // From the first batch on, within the time that a few batches take.
      child.once('message', () => setTimeout(() => child.kill('SIGKILL'), Math.random() * 60));
    }
    const [code, signal] = await exited;
    standing.push((await client.query('select count(*)::int as n from readings')).rows[0].n);
    if (signal === 'SIGKILL') kills += 1;
    else {
      assert.equal(code, 0);
      break;
    }
  }
  console.log(`killed ${kills} times, rows after each: ${standing.join(', ')}`);
  assert.ok(kills >= 3);
  const proof = await proveHistory(
    client,
    importOf(name, content, { rows: 60_000 }).history,
    identity(content),
    new Date(),
  );
  assert.deepEqual([proof?.foundRows, proof?.storedRows, proof?.holds], [60_000, 60_000, true]);
  await client.end();
  await rm(folder, { recursive: true });
});

test('two imports of the same file at once share the batches', async () => {
  const { name, client } = await fresh();
  const content = readings(5, 4000);
  const results = await Promise.all([importHistory(importOf(name, content)), importHistory(importOf(name, content))]);
  assert.equal(
    results.reduce((sum, result) => sum + result.loadedNow, 0),
    20_000,
  );
  assert.equal((await client.query('select count(*)::int as n from readings')).rows[0].n, 20_000);
  await client.end();
});

const spoiled: Record<number, string> = {
  0: '1,not a time,1',
  3: '1,2025-01-01T03:00:00Z',
  4: '1,2025-01-01T02:00:00Z,7',
  5: '1,2025-01-01T05:00:00Z,-1',
  3999: '2,"2025-06-01T00:00:00Z\n",1,more',
  4000: '\\.',
  4001: '2,2025-02-01T00:00:00Z,"1" ',
};

test('bad rows are listed with line and reason, all others arrive', async () => {
  const { name, client } = await fresh();
  const content = readings(3, 3000, (line, index) => spoiled[index] ?? line);
  const options = importOf(name, content, { rejectLimit: 7 });
  const result = await importHistory(options);
  const rejects = await readRejects(client, identity(content));
  assert.deepEqual(
    rejects.map(({ line, raw }) => [line, raw]),
    [
      [2, spoiled[0]],
      [5, spoiled[3]],
      [6, spoiled[4]],
      [7, spoiled[5]],
      [4001, spoiled[3999]],
      [4003, spoiled[4000]],
      [4004, spoiled[4001]],
    ],
  );
  assert.match(rejects[0]?.reason ?? '', /invalid input syntax for type timestamp/);
  assert.match(rejects[2]?.reason ?? '', /duplicate key/);
  assert.match(rejects[3]?.reason ?? '', /violates check constraint/);
  assert.deepEqual([result.rows, result.rejected], [8993, 7]);
  const proof = await proveHistory(client, { ...options.history, rows: 9000 }, identity(content), new Date());
  assert.equal(proof?.holds, true);
  await client.end();
});

test('a double across batches is refused once', async () => {
  const { name, client } = await fresh();
  const content = readings(3, 3000, (line, index) => (index === 8000 ? '1,2025-01-01T00:00:00Z,5' : line));
  const result = await importHistory(importOf(name, content, { rejectLimit: 1 }));
  assert.deepEqual([result.rows, result.rejected], [8999, 1]);
  await client.end();
});

test('over the limit the import stops and keeps the list; a corrected file starts over', async () => {
  const { name, client } = await fresh();
  const bad = readings(3, 3000, (line, index) => (index > 4000 ? `x${line}` : line));
  await assert.rejects(importHistory(importOf(name, bad, { rejectLimit: 5 })), { code: 'import-rejected' });
  assert.ok((await readRejects(client, identity(bad))).length > 5);
  const good = readings(3, 3000);
  const options = importOf(name, good, { rows: 9000 });
  await importHistory(options);
  assert.equal((await proveHistory(client, options.history, identity(good), new Date()))?.holds, true);
  await client.end();
});

test('the database fails in the middle; after its return the import goes on', async () => {
  const { name } = await fresh();
  const content = readings(10, 6000);
  const options = importOf(name, content, { rows: 60_000 });
  let crashed: Promise<void> | undefined;
  const failing = importHistory({
    ...options,
    progress: (rows) => {
      if (rows > 20_000) crashed ??= server.crash();
    },
  });
  await assert.rejects(failing);
  await crashed;
  await server.start();
  const client = await server.connect(name, name);
  const kept = (await client.query('select count(*)::int as n from readings')).rows[0].n;
  const checkpointed = (await client.query('select coalesce(sum(rows), 0)::int as n from sitewright.import_checkpoint'))
    .rows[0].n;
  assert.equal(kept, checkpointed);
  const result = await importHistory(options);
  assert.equal(result.rows, 60_000);
  assert.equal(result.loadedNow, 60_000 - kept);
  assert.equal((await proveHistory(client, options.history, identity(content), new Date()))?.holds, true);
  await client.end();
});

test('changed and removed rows are proved wrong; an emptied table is loaded again', async () => {
  const { name, client } = await fresh();
  const content = readings(2, 500);
  const options = importOf(name, content);
  const prove = () => proveHistory(client, options.history, identity(content), new Date());
  await importHistory(options);
  await client.query("update readings set kwh = kwh + 1 where meter_id = 1 and at = '2025-01-02 00:00Z'");
  const changed = await prove();
  assert.equal(changed?.holds, false);
  assert.deepEqual(
    changed?.comparisons.filter((one) => one.expected !== one.found).map((one) => `${one.column}.${one.figure}`),
    ['kwh.sum'],
  );
  await client.query('truncate readings');
  assert.equal((await prove())?.holds, false);
  assert.equal((await importHistory(options)).loadedNow, 1000);
  assert.equal((await prove())?.holds, true);
  // From now on the table may grow, and must not shrink.
  await client.query("insert into readings values (9, '2026-01-01', 1)");
  assert.equal((await prove())?.holds, true);
  await client.query('delete from readings where meter_id in (1, 9)');
  assert.equal((await prove())?.holds, false);
  await client.end();
});

test('rows that were there before are told apart; doubles and orphans are counted', async () => {
  const { name, client } = await fresh();
  await client.query(
    'create table loose (meter_id integer, at timestamptz, kwh numeric); create table meters (id integer); insert into meters values (1)',
  );
  await client.query("insert into loose values (1, '2024-01-01', 3.25)");
  const content = gzipSync('meter_id,at,kwh\n1,2025-01-01,1\n1,2025-01-01,2\n2,2025-01-01,3\n');
  const options = importOf(name, content, {
    table: 'loose',
    references: [{ column: 'meter_id', table: 'meters', target: 'id' }],
  });
  await importHistory(options);
  const proof = await proveHistory(client, options.history, { file: digestOf(content), table: 'loose' }, new Date());
  assert.deepEqual(
    [proof?.expectedRows, proof?.foundRows, proof?.unique.doubles, proof?.references[0]?.orphans],
    [4, 4, 1, 1],
  );
  assert.ok(proof?.comparisons.every((one) => one.expected === one.found));
  assert.equal(proof?.holds, false);
  await client.end();
});

test('a wrong header, a file that is no gzip or is cut short, and an unknown table are refused', async () => {
  const { name, client } = await fresh();
  const plain = gunzipSync(readings(1, 10));
  const wrong: Buffer[] = [gzipSync(plain.subarray(plain.indexOf(10) + 1)), plain, readings(1, 5000).subarray(0, 3000)];
  await assert.rejects(importHistory(importOf(name, wrong[0]!)), { code: 'release-invalid' });
  await assert.rejects(importHistory(importOf(name, wrong[1]!)), { code: 'release-invalid' });
  await assert.rejects(importHistory(importOf(name, wrong[2]!)), { code: 'release-invalid' });
  await assert.rejects(importHistory(importOf(name, readings(1, 10), { table: 'nothing' })), {
    code: 'release-invalid',
  });
  const marked = gzipSync(
    Buffer.concat([Buffer.from('\ufeff'), Buffer.from(plain.toString().replaceAll('\n', '\r\n').trimEnd())]),
  );
  await client.query('delete from readings');
  assert.equal((await importHistory(importOf(name, marked))).rows, 10);
  await client.end();
});

test('cancelled, it stops soon and can be resumed', async () => {
  const { name, client } = await fresh();
  const content = readings(10, 6000);
  const controller = new AbortController();
  const options = importOf(name, content);
  const running = importHistory({
    ...options,
    signal: controller.signal,
    progress: (rows) => rows > 10_000 && controller.abort(),
  });
  await assert.rejects(running, { name: 'AbortError' });
  assert.equal((await importHistory(options)).rows, 60_000);
  await client.end();
});
