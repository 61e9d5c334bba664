import type pg from 'pg';
import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import type { History } from '../../bundle/release.ts';
import { quoteTable } from '../identifiers.ts';
import { readColumns, type TableColumn } from '../table-columns.ts';
import type { Figures } from './figures.ts';
import {
  beginRun,
  forgetRun,
  type ImportIdentity,
  type ImportRun,
  makeImportTables,
  otherUnproved,
  readCheckpoints,
  readRun,
} from './import-tables.ts';
import { tableFigures } from './proof.ts';

/** The table's columns in the order of the file. Error: release-invalid for an unknown table or column. */
export async function historyColumns(client: pg.Client, history: History): Promise<readonly TableColumn[]> {
  const known = await readColumns(client, history.table);
  const invalid = (problem: ReturnType<typeof text>) =>
    new SitewrightError('release-invalid', { file: history.file, problem });
  if (known === undefined) throw invalid(text('data.no-table', { table: history.table }));
  return history.columns.map((name) => {
    const column = known.get(name);
    if (column === undefined) throw invalid(text('data.history.no-column', { table: history.table, column: name }));
    return column;
  });
}

/** Settings under which rows are loaded and compared: times without a zone are UTC, whatever the server's own zone is. */
export async function prepareSession(client: pg.Client): Promise<void> {
  // A batch and its checkpoint reach the disk together or not at all, so that nothing need wait for the disk here.
  await client.query("set timezone = 'UTC'; set datestyle = 'ISO, YMD'; set synchronous_commit = off");
}

/**
 * The run to go on with: the interrupted one, or a new one that keeps what the table holds before it.
 * An import whose rows somebody has removed begins anew, and an unfinished one of another file is taken back first.
 * Error: import-proof-failed when the table holds rows of an unfinished import mixed with others.
 */
export async function startRun(
  client: pg.Client,
  identity: ImportIdentity,
  columns: readonly TableColumn[],
  batchBytes: number,
): Promise<ImportRun> {
  // Two installers at once must not both look at the table before the first batch.
  await client.query('select pg_advisory_lock($1, $2)', [...lockKey]);
  try {
    return await startLocked(client, identity, columns, batchBytes);
  } finally {
    // When the connection is gone, so is the lock.
    await client.query('select pg_advisory_unlock($1, $2)', [...lockKey]).catch(() => undefined);
  }
}

const lockKey = [0x5173, 0x4872] as const;

async function startLocked(
  client: pg.Client,
  identity: ImportIdentity,
  columns: readonly TableColumn[],
  batchBytes: number,
): Promise<ImportRun> {
  await makeImportTables(client);
  for (const file of await otherUnproved(client, identity)) await takeBack(client, { ...identity, file });
  const earlier = await readRun(client, identity);
  if (earlier !== undefined) {
    if (!(await isEmptied(client, identity, earlier))) return earlier;
    await forgetRun(client, identity);
  }
  const baseline: Figures = await tableFigures(client, identity.table, columns);
  await beginRun(client, identity, { batchBytes, baseline });
  return (await readRun(client, identity)) as ImportRun;
}

/** True when rows were loaded and the table holds none at all: rows and checkpoints are stored together, so somebody emptied it. */
export async function isEmptied(client: pg.Client, identity: ImportIdentity, run: ImportRun): Promise<boolean> {
  // Checkpoints before rows: what another importer stores in between can only fill the table, never make it look emptied.
  const stored = run.baseline.rows + (await loadedRows(client, identity));
  if (stored === 0) return false;
  const { rows } = await client.query<{ filled: boolean }>(
    `select exists (select 1 from ${quoteTable(identity.table)}) as filled`,
  );
  return rows[0]?.filled !== true;
}

async function loadedRows(client: pg.Client, identity: ImportIdentity): Promise<number> {
  const checkpoints = await readCheckpoints(client, identity);
  return [...checkpoints.values()].reduce((sum, checkpoint) => sum + checkpoint.rows, 0);
}

/** Takes back an unfinished import of another file, provided that the table holds its rows and nothing else. */
async function takeBack(client: pg.Client, identity: ImportIdentity): Promise<void> {
  const table = quoteTable(identity.table);
  await client.query('begin');
  try {
    await client.query(`lock table ${table} in share row exclusive mode`);
    const run = await readRun(client, identity);
    const { rows } = await client.query<{ count: string }>(`select count(*) as count from ${table}`);
    const count = Number(rows[0]?.count);
    if (count > 0 && (run?.baseline.rows !== 0 || count !== (await loadedRows(client, identity)))) {
      const problem = text('data.history.mixed', { file: identity.file });
      throw new SitewrightError('import-proof-failed', { table: identity.table, problem });
    }
    await client.query(`delete from ${table}`);
    await forgetRun(client, identity);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}
