import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign, verify } from 'node:crypto';
import { type Text, text } from '../../contract/text.ts';
import type { AuditRow, AuditVerdict } from '../../contract/views.ts';
import type { Json } from '../plan/step.ts';
import type { SiteDatabase } from '../store/database.ts';
import { canonicalJson, sha256 } from './canonical.ts';
import { maskValue } from './mask.ts';

/** The hash before the first row. */
const genesis = '0'.repeat(64);

/** What a row's hash covers: every column but the hash itself. */
function rowHash(row: Omit<AuditRow, 'hash'>): string {
  const { seq, at, kind, subject, body, previous } = row;
  return sha256(canonicalJson({ seq, at, kind, subject, body, previous }));
}

/** Bytes that the site's key signs: the position and hash of the newest row. */
function headMessage(seq: number, hash: string): Buffer {
  return Buffer.from(`sitewright-audit-head\n${seq}\n${hash}\n`);
}

/** A new Ed25519 key for a site's audit journal, PKCS#8 PEM. */
export function createAuditKey(): string {
  return generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

/** First 16 hex digits of the SHA-256 over the public key (SPKI DER), grouped: what a report prints. */
export function keyFingerprint(key: KeyObject): string {
  const spki = (key.type === 'private' ? createPublicKey(key) : key).export({ type: 'spki', format: 'der' });
  return sha256(spki)
    .slice(0, 16)
    .toUpperCase()
    .replace(/(.{4})(?=.)/g, '$1-');
}

/** Appends to the hash chain. Each append stores its row and the newly signed head in one transaction. */
export type Audit = {
  readonly append: (kind: string, subject: string, body: Json) => void;
  readonly head: () => { readonly seq: number; readonly hash: string };
};

export function createAudit(
  database: SiteDatabase,
  signingKey: string,
  now: () => Date,
  mask: (words: string) => string,
): Audit {
  const key = createPrivateKey(signingKey);
  const last = database.prepare('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1');
  const insert = database.prepare('INSERT INTO audit VALUES (@seq, @at, @kind, @subject, @body, @previous, @hash)');
  const head = database.prepare(
    `INSERT INTO audit_head VALUES (1, ?, ?, ?)
     ON CONFLICT (one) DO UPDATE SET seq = excluded.seq, hash = excluded.hash, signature = excluded.signature`,
  );
  const newest = () => (last.get() as { seq: number; hash: string } | undefined) ?? { seq: 0, hash: genesis };
  const append = database.transaction((kind: string, subject: string, body: Json) => {
    const previous = newest();
    const row = {
      seq: previous.seq + 1,
      at: now().toISOString(),
      kind,
      subject,
      body: canonicalJson(maskValue(body, mask)),
      previous: previous.hash,
    };
    const hash = rowHash(row);
    insert.run({ ...row, hash });
    head.run(row.seq, hash, sign(null, headMessage(row.seq, hash), key).toString('base64'));
  });
  return { append: (kind, subject, body) => append.immediate(kind, subject, body), head: newest };
}

export function listAudit(database: SiteDatabase): readonly AuditRow[] {
  return database.prepare('SELECT * FROM audit ORDER BY seq').all() as AuditRow[];
}

/**
 * Proves the chain: every row's hash and link, no gap, the head signed by the site's key, and, where `knownHead` is given
 * (as printed in a report), that this head still stands in the chain: a tail cut together with its head shows only so.
 */
export function verifyAudit(database: SiteDatabase, publicKey: string, knownHead?: string): AuditVerdict {
  const rows = listAudit(database);
  const problems: { seq: number; problem: Text }[] = [];
  let previous = genesis;
  let expected = 1;
  for (const row of rows) {
    if (row.seq !== expected) problems.push({ seq: row.seq, problem: text('run.audit.gap', { expected }) });
    if (row.previous !== previous) problems.push({ seq: row.seq, problem: text('run.audit.link') });
    if (rowHash(row) !== row.hash) problems.push({ seq: row.seq, problem: text('run.audit.changed') });
    previous = row.hash;
    expected = row.seq + 1;
  }
  const key = createPublicKey(publicKey);
  const head = database.prepare('SELECT seq, hash, signature FROM audit_head').get() as
    | { seq: number; hash: string; signature: string }
    | undefined;
  const last = rows.at(-1);
  if (head === undefined) {
    problems.push({ seq: last?.seq ?? 0, problem: text('run.audit.no-head') });
  } else {
    if (!verify(null, headMessage(head.seq, head.hash), key, Buffer.from(head.signature, 'base64'))) {
      problems.push({ seq: head.seq, problem: text('run.audit.signature') });
    }
    if (head.seq !== last?.seq || head.hash !== last.hash)
      problems.push({ seq: head.seq, problem: text('run.audit.cut') });
  }
  // Typed in from a printed page: spaces and capitals mean nothing.
  const known = knownHead?.replace(/\s/g, '').toLowerCase();
  if (known !== undefined && !rows.some((row) => row.hash === known)) {
    problems.push({ seq: last?.seq ?? 0, problem: text('run.audit.known-head', { head: known }) });
  }
  return {
    intact: problems.length === 0,
    rows: rows.length,
    head: last?.hash ?? genesis,
    key: keyFingerprint(key),
    problems,
  };
}
