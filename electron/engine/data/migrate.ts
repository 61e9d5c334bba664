import { setTimeout as pause } from 'node:timers/promises';
import type pg from 'pg';
import { SitewrightError } from '../../contract/errors.ts';
import { isLost, noticeLostClient } from '../drivers/postgres-driver.ts';
import { quoteIdentifier } from './identifiers.ts';
import type { Migration } from './migration-files.ts';
import {
  type AppliedMigration,
  driftError,
  findDrift,
  makeHistoryTables,
  readHistory,
  readPosition,
  writePosition,
} from './migration-history.ts';

export type MigrateOptions = {
  /** Who is written into the history. */
  readonly appliedBy: string;
  /** Version of the release that brings the migrations. */
  readonly release: string;
  readonly signal: AbortSignal;
  /** Called before each file that is applied, with how many are done. */
  readonly before?: (migration: Migration, done: number, total: number) => void;
  /** Called while another process holds the lock. */
  readonly waiting?: () => void;
};

/** Key of the advisory lock that keeps two installers from migrating the same database at once. */
const lockKey = [0x5173, 0x4d16] as const;

/** The migrations that are still to run. Read-only. Error: migration-drift. */
export async function pendingMigrations(
  client: pg.Client,
  migrations: readonly Migration[],
): Promise<readonly Migration[]> {
  return outstanding(await readHistory(client), migrations);
}

function outstanding(applied: readonly AppliedMigration[], migrations: readonly Migration[]): readonly Migration[] {
  const drift = findDrift(applied, migrations);
  if (drift.length > 0) throw driftError(drift);
  const done = new Set(applied.map((row) => row.version));
  return migrations.filter((migration) => !done.has(migration.version));
}

/** The SQL that a run would send, file by file; nothing is changed. Error: migration-drift. */
export async function dryRun(client: pg.Client, migrations: readonly Migration[]): Promise<string> {
  const pending = await pendingMigrations(client, migrations);
  return pending
    .map(({ path, transaction, statements }) => {
      const body = statements.map((statement) => `${statement.text};`);
      const lines = transaction ? ['begin;', ...body, 'commit;'] : body;
      return [`-- ${path}`, ...lines, ''].join('\n');
    })
    .join('\n');
}

/**
 * Brings the schema to the release's state over one connection and returns what was applied now.
 * Each file is one transaction with its history row; a file without a transaction has its position journalled.
 * Errors: migration-drift (nothing touched), migration-failed.
 */
export async function migrate(
  client: pg.Client,
  migrations: readonly Migration[],
  options: MigrateOptions,
): Promise<readonly Migration[]> {
  await lock(client, options);
  try {
    const pending = await pendingMigrations(client, migrations);
    if (pending.length > 0) await makeHistoryTables(client);
    for (const [index, migration] of pending.entries()) {
      options.signal.throwIfAborted();
      options.before?.(migration, index, pending.length);
      if (migration.transaction) await applyInTransaction(client, migration, options);
      else await applyByStatement(client, migration, options);
      // What a file set for itself (search_path, role) must not reach the next one.
      await client.query('reset all');
      await client.query('reset role');
      await noticeLostClient(client);
    }
    return pending;
  } finally {
    // When the connection is gone, so is the lock.
    await client.query('select pg_advisory_unlock($1, $2)', [...lockKey]).catch(() => undefined);
  }
}

async function lock(client: pg.Client, { signal, waiting }: MigrateOptions): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const { rows } = await client.query<{ locked: boolean }>('select pg_try_advisory_lock($1, $2) as locked', [
      ...lockKey,
    ]);
    if (rows[0]?.locked === true) return;
    waiting?.();
    await pause(250, undefined, { signal });
  }
}

async function applyInTransaction(client: pg.Client, migration: Migration, options: MigrateOptions): Promise<void> {
  const started = performance.now();
  await client.query('begin');
  try {
    for (const [index, statement] of migration.statements.entries()) {
      await client.query(statement.text).catch((error) => {
        throw failed(migration, index, error);
      });
    }
    await record(client, migration, options, started);
    await client.query('commit').catch((error) => {
      // Deferred constraints speak here: the last statement is as near as it can be named.
      throw failed(migration, Math.max(0, migration.statements.length - 1), error);
    });
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function applyByStatement(client: pg.Client, migration: Migration, options: MigrateOptions): Promise<void> {
  const started = performance.now();
  const { version, checksum, statements } = migration;
  const earlier = await readPosition(client, version);
  // A file that was corrected after it failed begins anew: its statements can be run again by definition.
  const from = earlier?.checksum === checksum ? earlier.done : 0;
  for (const [offset, statement] of statements.slice(from).entries()) {
    const index = from + offset;
    options.signal.throwIfAborted();
    if (earlier?.begun === true && offset === 0) await dropInvalidIndexes(client, statement.text);
    await writePosition(client, version, { checksum, done: index, begun: true });
    await client.query(statement.text).catch((error) => {
      throw failed(migration, index, error);
    });
    await writePosition(client, version, { checksum, done: index + 1, begun: false });
  }
  await client.query('begin');
  await record(client, migration, options, started);
  await client.query('delete from sitewright.schema_progress where version = $1', [version]);
  await client.query('commit');
}

/** `create index concurrently` that was interrupted leaves an invalid index, which `if not exists` would take for the real one. */
async function dropInvalidIndexes(client: pg.Client, statement: string): Promise<void> {
  const { rows } = await client.query<{ schema: string; name: string }>(
    `select n.nspname as schema, c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     join pg_namespace n on n.oid = c.relnamespace where not i.indisvalid and n.nspname not like 'pg\\_%'`,
  );
  for (const { schema, name } of rows) {
    if (!statement.includes(name)) continue;
    await client.query(`drop index concurrently if exists ${quoteIdentifier(schema)}.${quoteIdentifier(name)}`);
  }
}

async function record(
  client: pg.Client,
  migration: Migration,
  options: MigrateOptions,
  started: number,
): Promise<void> {
  await client.query(
    `insert into sitewright.schema_history (version, name, checksum, applied_at, applied_by, duration_ms, release)
     values ($1, $2, $3, clock_timestamp(), $4, $5, $6)`,
    [
      migration.version,
      migration.name,
      migration.checksum,
      options.appliedBy,
      Math.round(performance.now() - started),
      options.release,
    ],
  );
}

function failed(migration: Migration, index: number, error: unknown): unknown {
  if (isLost(error)) return error;
  const line = migration.statements[index]?.line;
  const detail = error instanceof Error ? error.message : String(error);
  return new SitewrightError(
    'migration-failed',
    { file: migration.path, statement: index + 1 },
    { cause: error, detail: line === undefined ? detail : `${detail} (line ${line})` },
  );
}
