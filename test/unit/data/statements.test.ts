import assert from 'node:assert/strict';
import { scryptSync } from 'node:crypto';
import { test } from 'node:test';
import { quoteIdentifier, quoteTable } from '../../../electron/engine/data/identifiers.ts';
import { readMigration } from '../../../electron/engine/data/migration-files.ts';
import { hashPassword, makePassword, verifyPassword } from '../../../electron/engine/data/password.ts';
import { splitStatements } from '../../../electron/engine/data/sql-statements.ts';

const texts = (sql: string) => splitStatements(sql).map((statement) => statement.text);

test('semicolons inside quotes, names, dollar quotes and comments end nothing', () => {
  assert.deepEqual(texts("select ';', 'it''s;', E'a\\';b' ; select \"x;\"\"y\""), [
    "select ';', 'it''s;', E'a\\';b'",
    'select "x;""y"',
  ]);
  assert.deepEqual(texts('-- a;b\nselect 1 /* ; /* nested; */ ; */ + 2; select 3'), [
    'select 1 /* ; /* nested; */ ; */ + 2',
    'select 3',
  ]);
  assert.deepEqual(texts('do $$ begin; $x$ ; end $$; do $body$ a; $$ ; b $body$;select a$1;'), [
    'do $$ begin; $x$ ; end $$',
    'do $body$ a; $$ ; b $body$',
    'select a$1',
  ]);
  assert.deepEqual(texts("select 'back\\'; select 2"), ["select 'back\\'", 'select 2']);
});

test('rules in parentheses and SQL function bodies stay whole', () => {
  const rule = 'create rule r as on insert to t do also (insert into u values (1); insert into v values (2))';
  const body =
    'create or replace function f() returns int language sql begin atomic select 1; select case when true then 2 end; end';
  assert.deepEqual(texts(`${rule};\n${body};\nselect 1`), [rule, body, 'select 1']);
  assert.deepEqual(texts('begin; update t set a = 1; end;'), ['begin', 'update t set a = 1', 'end']);
});

test('statements know their line; nothing is made of empty ones', () => {
  assert.deepEqual(
    splitStatements('\n\n;;-- only words\n  select 1;\n\nselect\n2').map(({ line }) => line),
    [4, 6],
  );
});

test('the checksum does not depend on line ends', () => {
  const unix = readMigration('migrations/0001_a.sql', 'select 1;\nselect 2;\n');
  const windows = readMigration('migrations/0001_a.sql', '\ufeffselect 1;\r\nselect 2;\r\n');
  assert.equal(unix.checksum, windows.checksum);
  assert.equal(unix.version, 1);
  assert.notEqual(unix.checksum, readMigration('migrations/0001_a.sql', 'select 1;\nselect 3;\n').checksum);
});

test('a migration that ends its own transaction is refused, unless it asked for none', () => {
  const code = { code: 'release-invalid' };
  assert.throws(() => readMigration('0001_a.sql', 'create table a (b int); commit;'), code);
  assert.throws(() => readMigration('0001_a.sql', '\\connect other'), code);
  assert.throws(() => readMigration('0001_a.sql', 'copy t from stdin;'), code);
  assert.throws(() => readMigration('one.sql', 'select 1'), code);
  const loose = readMigration('0001_a.sql', '-- sitewright: no transaction\nvacuum;');
  assert.equal(loose.transaction, false);
});

test('identifiers cannot leave their quotes', () => {
  assert.equal(quoteIdentifier('a"; drop table b; --'), '"a""; drop table b; --"');
  assert.equal(quoteTable('s.t'), '"s"."t"');
  assert.throws(() => quoteIdentifier('a\0b'));
  assert.throws(() => quoteTable('a..b'));
});

test('a password hash has the agreed form and is what node:crypto derives', async () => {
  const password = makePassword();
  assert.match(password, /^[a-km-np-zA-HJ-NP-Z2-9]{20}$/);
  assert.notEqual(password, makePassword());
  const stored = await hashPassword(password);
  const [name, n, r, p, salt = '', hash = ''] = stored.split('$');
  assert.deepEqual([name, n, r, p], ['scrypt', '16384', '8', '1']);
  assert.equal(
    hash,
    scryptSync(password, Buffer.from(salt, 'base64'), 64, { N: 16384, r: 8, p: 1 }).toString('base64'),
  );
  assert.equal(await verifyPassword(password, stored), true);
  assert.equal(await verifyPassword(`${password}x`, stored), false);
  assert.notEqual(await hashPassword(password), stored);
});
