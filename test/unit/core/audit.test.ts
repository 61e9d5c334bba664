import assert from 'node:assert/strict';
import { createPublicKey, sign } from 'node:crypto';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import { createAudit, createAuditKey, listAudit, verifyAudit } from '../../../electron/engine/evidence/audit.ts';
import { openDatabase, type SiteDatabase } from '../../../electron/engine/store/database.ts';
import { temporaryFolder } from './fixture.ts';

const columns = ['seq', 'at', 'kind', 'subject', 'body', 'previous', 'hash'] as const;
const count = 6;

type Journal = {
  readonly database: SiteDatabase;
  readonly signingKey: string;
  readonly verify: (knownHead?: string) => readonly string[];
  readonly append: (words: string) => void;
};

/** A journal of six rows, opened as the engine opens it. */
function journal(test: TestContext): Journal {
  const database = openDatabase(join(temporaryFolder(test), 'site.db'));
  test.after(() => database.close());
  const signingKey = createAuditKey();
  const audit = createAudit(
    database,
    signingKey,
    () => new Date('2026-03-01T08:00:00Z'),
    (words) => words,
  );
  const append = (words: string) => audit.append('step', `environment/check/${words}`, { words, run: 'r' });
  for (let row = 1; row <= count; row += 1) append(`row ${row}`);
  const publicKey = createPublicKey(signingKey).export({ type: 'spki', format: 'pem' }).toString();
  return {
    database,
    signingKey,
    append,
    verify: (knownHead) => {
      const verdict = verifyAudit(database, publicKey, knownHead);
      assert.equal(verdict.intact, verdict.problems.length === 0);
      return verdict.problems.map(({ problem }) => ('key' in problem ? problem.key : say('en-US', problem)));
    },
  };
}

function headRow(database: SiteDatabase) {
  return database.prepare('SELECT seq, hash, signature FROM audit_head').get() as {
    seq: number;
    hash: string;
    signature: string;
  };
}

test('a chain that nobody touched is intact, and every row follows the one before it', (t) => {
  const { database, verify } = journal(t);
  assert.deepEqual(verify(), []);
  const rows = listAudit(database);
  assert.deepEqual(
    rows.map((row) => row.seq),
    [1, 2, 3, 4, 5, 6],
  );
  for (const [at, row] of rows.entries()) if (at > 0) assert.equal(row.previous, rows[at - 1]!.hash);
  assert.equal(rows[0]!.previous, '0'.repeat(64));
  assert.deepEqual(verify(rows[2]!.hash), [], 'an older head that still stands in the chain is fine');
});

test('a changed character in any column of any row is found', (t) => {
  const { database, verify } = journal(t);
  for (const row of listAudit(database)) {
    for (const column of columns) {
      const before = row[column];
      // Numbers move to a place of their own; of words, one character in the middle changes.
      const words = String(before);
      const middle = Math.floor(words.length / 2);
      const after =
        typeof before === 'number'
          ? before + 100
          : `${words.slice(0, middle)}${words[middle] === '7' ? '8' : '7'}${words.slice(middle + 1)}`;
      const change = database.prepare(`UPDATE audit SET ${column} = ? WHERE seq = ?`);
      change.run(after, row.seq);
      assert.notDeepEqual(verify(), [], `row ${row.seq}, column ${column}`);
      change.run(before, column === 'seq' ? Number(after) : row.seq);
      assert.deepEqual(verify(), []);
    }
  }
});

test('a removed row is found, wherever it stood', (t) => {
  for (let seq = 1; seq <= count; seq += 1) {
    const { database, verify } = journal(t);
    database.prepare('DELETE FROM audit WHERE seq = ?').run(seq);
    assert.notDeepEqual(verify(), [], `row ${seq}`);
  }
});

test('a removed row is found when the later ones are numbered anew', (t) => {
  const { database, verify } = journal(t);
  database.exec('DELETE FROM audit WHERE seq = 3');
  for (const seq of [4, 5, 6]) database.prepare('UPDATE audit SET seq = ? WHERE seq = ?').run(seq - 1, seq);
  assert.ok(verify().includes('run.audit.link'));
});

test('swapped rows are found', (t) => {
  const { database, verify } = journal(t);
  database.exec(
    'UPDATE audit SET seq = 99 WHERE seq = 2; UPDATE audit SET seq = 2 WHERE seq = 4; UPDATE audit SET seq = 4 WHERE seq = 99',
  );
  assert.ok(verify().includes('run.audit.link'));
  assert.ok(verify().includes('run.audit.changed'));
});

test('a tail cut off is found by the head that was left', (t) => {
  const { database, verify } = journal(t);
  database.exec('DELETE FROM audit WHERE seq > 4');
  assert.deepEqual(verify(), ['run.audit.cut']);
});

test('a tail cut off together with its head is found only with a head known from elsewhere', (t) => {
  const { database, verify, append } = journal(t);
  const older = headRow(database);
  append('late');
  const newest = headRow(database);
  database.exec('DELETE FROM audit WHERE seq > 6');
  database
    .prepare('UPDATE audit_head SET seq = ?, hash = ?, signature = ?')
    .run(older.seq, older.hash, older.signature);
  assert.deepEqual(verify(), []);
  assert.deepEqual(verify(older.hash), []);
  assert.deepEqual(verify(newest.hash), ['run.audit.known-head']);
});

test('a known head is understood as a report prints it', (t) => {
  const { database, verify } = journal(t);
  const { hash } = headRow(database);
  assert.deepEqual(verify(` ${hash.toUpperCase()}\n`), []);
});

test('an added row is found, even when it is chained rightly', (t) => {
  const { database, verify } = journal(t);
  const { database: other } = journal(t);
  const foreign = listAudit(other).at(-1)!;
  database
    .prepare('INSERT INTO audit VALUES (@seq, @at, @kind, @subject, @body, @previous, @hash)')
    .run({ ...foreign, seq: 7, previous: headRow(database).hash });
  assert.ok(verify().includes('run.audit.cut'));

  // Chained by someone who knows how rows are hashed but has no key: the signed head stays behind.
  const forged = journal(t);
  const kept = headRow(forged.database);
  forged.append('forged');
  forged.database
    .prepare('UPDATE audit_head SET seq = ?, hash = ?, signature = ?')
    .run(kept.seq, kept.hash, kept.signature);
  assert.deepEqual(forged.verify(), ['run.audit.cut']);
});

test("a foreign key's signature is found", (t) => {
  const { database, verify } = journal(t);
  const { seq, hash } = headRow(database);
  const message = Buffer.from(`sitewright-audit-head\n${seq}\n${hash}\n`);
  database.prepare('UPDATE audit_head SET signature = ?').run(sign(null, message, createAuditKey()).toString('base64'));
  assert.deepEqual(verify(), ['run.audit.signature']);
  database.prepare('UPDATE audit_head SET signature = ?').run('no signature at all');
  assert.deepEqual(verify(), ['run.audit.signature']);
});

test('a missing head is found, with and without rows', (t) => {
  const { database, verify } = journal(t);
  database.exec('DELETE FROM audit_head');
  assert.deepEqual(verify(), ['run.audit.no-head']);
  database.exec('DELETE FROM audit');
  assert.deepEqual(verify(), ['run.audit.no-head']);
});
