import type pg from 'pg';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import type { Migration } from './migration-files.ts';

/** One row of `sitewright.schema_history`. */
export type AppliedMigration = {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  /** ISO 8601 UTC. */
  readonly appliedAt: string;
  readonly appliedBy: string;
  readonly durationMs: number;
  readonly release: string;
};

/** How the site's schema and the release's migrations differ in a way that nobody planned. */
export type Drift = {
  readonly kind: 'changed' | 'skipped' | 'unknown';
  readonly version: number;
  readonly name: string;
};

/** Where a migration without a transaction stands. */
export type StatementPosition = {
  /** Statements that are known to be done. */
  readonly done: number;
  /** True when the next one was begun, so that it may or may not have taken effect. */
  readonly begun: boolean;
  readonly checksum: string;
};

const tables = `
create schema if not exists sitewright;
create table if not exists sitewright.schema_history (
  version bigint primary key,
  name text not null,
  checksum text not null,
  applied_at timestamptz not null default now(),
  applied_by text not null,
  duration_ms integer not null,
  release text not null
);
create table if not exists sitewright.schema_progress (
  version bigint primary key,
  checksum text not null,
  done integer not null,
  begun boolean not null,
  changed_at timestamptz not null default now()
);`;

/** Makes the two tables of the history, if they are not there. */
export async function makeHistoryTables(client: pg.Client): Promise<void> {
  if (!(await hasHistory(client))) await client.query(tables);
}

async function hasHistory(client: pg.Client): Promise<boolean> {
  const found = await client.query<{ found: boolean }>(
    "select to_regclass('sitewright.schema_history') is not null and to_regclass('sitewright.schema_progress') is not null as found",
  );
  return found.rows[0]?.found === true;
}

/** What ran at the site, by version; empty when nothing ever did. Read-only. */
export async function readHistory(client: pg.Client): Promise<readonly AppliedMigration[]> {
  if (!(await hasHistory(client))) return [];
  const { rows } = await client.query<{
    version: string;
    name: string;
    checksum: string;
    applied_at: Date;
    applied_by: string;
    duration_ms: number;
    release: string;
  }>(
    'select version, name, checksum, applied_at, applied_by, duration_ms, release from sitewright.schema_history order by version',
  );
  return rows.map((row) => ({
    version: Number(row.version),
    name: row.name,
    checksum: row.checksum,
    appliedAt: row.applied_at.toISOString(),
    appliedBy: row.applied_by,
    durationMs: row.duration_ms,
    release: row.release,
  }));
}

/** Differences between the history and the release: changed checksum, skipped version, unknown version. Pure. */
export function findDrift(applied: readonly AppliedMigration[], migrations: readonly Migration[]): readonly Drift[] {
  const known = new Map(migrations.map((migration) => [migration.version, migration]));
  const done = new Map(applied.map((row) => [row.version, row]));
  const newest = Math.max(-1, ...done.keys());
  const drift: Drift[] = [];
  for (const row of applied) {
    const migration = known.get(row.version);
    if (migration === undefined) drift.push({ kind: 'unknown', version: row.version, name: row.name });
    else if (migration.checksum !== row.checksum) drift.push({ kind: 'changed', version: row.version, name: row.name });
  }
  for (const { version, name } of migrations) {
    if (version < newest && !done.has(version)) drift.push({ kind: 'skipped', version, name });
  }
  return drift.sort((a, b) => a.version - b.version);
}

/** The drift as the error that stops everything. */
export function driftError(drift: readonly Drift[]): SitewrightError {
  const words = drift.map(({ kind, version, name }) =>
    text(`data.drift.${kind}`, { migration: `${String(version).padStart(4, '0')}_${name}` }),
  );
  return new SitewrightError('migration-drift', { problems: joined(words) ?? '' });
}

/** Several texts as one, in the language's own punctuation. */
export function joined(words: readonly Text[]): Text | undefined {
  const [first, ...others] = words;
  return others.reduce<Text | undefined>(
    (list, next) => (list === undefined ? next : text('data.and', { list, next })),
    first,
  );
}

/** Where an interrupted migration without a transaction stopped. */
export async function readPosition(client: pg.Client, version: number): Promise<StatementPosition | undefined> {
  const { rows } = await client.query<StatementPosition>(
    'select done, begun, checksum from sitewright.schema_progress where version = $1',
    [version],
  );
  return rows[0];
}

/** Journals the position of a migration without a transaction; durable before it returns. */
export async function writePosition(client: pg.Client, version: number, position: StatementPosition): Promise<void> {
  await client.query(
    `insert into sitewright.schema_progress (version, checksum, done, begun) values ($1, $2, $3, $4)
     on conflict (version) do update set checksum = excluded.checksum, done = excluded.done, begun = excluded.begun, changed_at = now()`,
    [version, position.checksum, position.done, position.begun],
  );
}
