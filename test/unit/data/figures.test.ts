import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type pg from 'pg';
import { copyIn } from '../../../electron/engine/data/history/copy-in.ts';
import { addFigures } from '../../../electron/engine/data/history/figures.ts';
import { prepareSession } from '../../../electron/engine/data/history/import-start.ts';
import { measureRecords, recordEnd, recordOffsets } from '../../../electron/engine/data/history/measure.ts';
import { compareFigures, tableFigures } from '../../../electron/engine/data/history/proof.ts';
import { readColumns } from '../../../electron/engine/data/table-columns.ts';
import { startPostgres, type TestPostgres } from '../../kit/postgres.ts';

let server: TestPostgres;
let client: pg.Client;
before(async () => {
  server = await startPostgres({ settings: { timezone: 'Asia/Shanghai' } });
  await server.makeDatabase('f');
  client = await server.connect('f', 'f');
  await prepareSession(client);
});
after(async () => {
  await client.end();
  await server.close();
});

/** Loads CSV by COPY and compares the figures of both sides; returns those that were compared. */
async function bothSides(types: Record<string, string>, csv: string) {
  const names = Object.keys(types);
  await client.query('drop table if exists f');
  await client.query(`create table f (${names.map((name) => `${name} ${types[name]}`).join(', ')})`);
  const columns = [...((await readColumns(client, 'f')) ?? new Map()).values()];
  const bytes = Buffer.from(csv);
  const stored = await copyIn(client, 'copy f from stdin (format csv)', bytes);
  const measured = measureRecords(bytes, columns);
  assert.equal(measured.records, stored);
  const comparisons = compareFigures(measured.figures, await tableFigures(client, 'f', columns));
  for (const { column, figure, expected, found } of comparisons) assert.equal(expected, found, `${column} ${figure}`);
  return comparisons.map(({ column, figure }) => `${column}.${figure}`);
}

test('numbers agree however they are written', async () => {
  const types = { a: 'integer', b: 'bigint', c: 'numeric(12, 3)', d: 'numeric', e: 'smallint' };
  const rows = [
    '1,900000000000001,1.50,0.1,1',
    '-2,-5,1.5004,1e3,2',
    '+3,,"-1.5005",0.25,',
    '007,0,-0.0004,12345678901234.1,-3',
  ];
  const compared = await bothSides(types, rows.join('\n'));
  assert.ok(compared.includes('c.sum') && compared.includes('b.sum') && compared.includes('a.max'));
  // An exponent has no place in the exact sum: the column is counted only.
  assert.ok(compared.includes('d.filled') && !compared.includes('d.sum'));
});

test('sums stay exact over many large numbers', async () => {
  const rows = Array.from(
    { length: 20_000 },
    (_, n) => `${900_000_000_000_000 + n},${n % 7}.${String(n).padStart(9, '0')}`,
  );
  const compared = await bothSides({ a: 'bigint', b: 'numeric' }, `${rows.join('\n')}\n`);
  assert.ok(compared.includes('a.sum') && compared.includes('b.sum'));
});

test('times agree in any zone and form', async () => {
  const rows = [
    '2025-01-01T00:00:00Z,2025-01-01,2025-01-01 00:00:00',
    '2025-01-01 08:00:00+08,1969-12-31,1960-02-29 23:59:59.999999',
    '2024-02-29 23:59:59.123456-0330,2000-02-29,2025-06-01T12:30',
    ',,2025-06-01 12:30:01.5+08:00',
    '2025-12-31,0099-01-01,',
  ];
  const compared = await bothSides({ a: 'timestamptz', b: 'date', c: 'timestamp' }, rows.join('\r\n'));
  for (const name of ['a', 'b', 'c'])
    for (const figure of ['filled', 'sum', 'min', 'max']) assert.ok(compared.includes(`${name}.${figure}`));
  assert.ok(!(await bothSides({ a: 'timestamptz' }, 'infinity\n2025-01-01\n')).includes('a.sum'));
});

test('texts agree by hash and length, truths by count, others by count', async () => {
  const long = '驻场工匠'.repeat(20);
  const rows = [
    `plain,t,1.5,{}`,
    `"with ""quotes"", comma",false,2,"{""a"": 1}"`,
    `"two\nlines",,,`,
    `"",yes,3,`,
    `${long},0,NaN,`,
    `mid"d,l"e,1,,`,
  ];
  const compared = await bothSides(
    { a: 'text', b: 'boolean', c: 'double precision', d: 'jsonb' },
    `${rows.join('\n')}\n`,
  );
  assert.deepEqual(compared, ['a.filled', 'a.sum', 'a.bytes', 'b.filled', 'b.sum', 'c.filled', 'd.filled']);
});

test('a changed value is seen', async () => {
  await bothSides({ a: 'integer', b: 'text' }, '1,x\n2,y\n');
  const columns = [...((await readColumns(client, 'f')) ?? new Map()).values()];
  const measured = measureRecords(Buffer.from('1,x\n2,z\n'), columns);
  const wrong = compareFigures(measured.figures, await tableFigures(client, 'f', columns)).filter(
    (one) => one.expected !== one.found,
  );
  assert.deepEqual(
    wrong.map((one) => `${one.column}.${one.figure}`),
    ['b.sum'],
  );
});

test('figures of parts add up to those of the whole', async () => {
  await client.query('drop table if exists f; create table f (a numeric(9, 2), b timestamptz, c text)');
  const columns = [...((await readColumns(client, 'f')) ?? new Map()).values()];
  const rows = Array.from(
    { length: 100 },
    (_, n) => `${n - 50}.${n % 10},2025-01-01 00:00:${String(n % 60).padStart(2, '0')},w${n}\n`,
  );
  const measure = (part: string[]) => measureRecords(Buffer.from(part.join('')), columns).figures;
  assert.deepEqual(addFigures(measure(rows.slice(0, 33)), measure(rows.slice(33))), measure(rows));
});

test('records are cut at line ends outside of quotes only', () => {
  const bytes = Buffer.from('a,b\n"x\ny",2\nc,d\n');
  assert.deepEqual(
    recordOffsets(bytes).map(({ start, line }) => [start, line]),
    [
      [0, 0],
      [4, 1],
      [12, 3],
    ],
  );
  assert.equal(recordEnd(bytes, 1), 4);
  assert.equal(recordEnd(bytes, 5), 12);
  assert.equal(recordEnd(Buffer.from('a\nb\nc'), 3), 4);
  assert.equal(recordEnd(Buffer.from('a\nb'), 3), -1);
  assert.equal(recordEnd(Buffer.from('"a\n'), 1), -1);
});
