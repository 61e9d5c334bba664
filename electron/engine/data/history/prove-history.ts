import { createHash } from 'node:crypto';
import type pg from 'pg';
import type { History } from '../../bundle/release.ts';
import type { TableColumn } from '../table-columns.ts';
import { addFigures, type Figures } from './figures.ts';
import { historyColumns, prepareSession } from './import-start.ts';
import {
  type Checkpoint,
  type ImportIdentity,
  type ImportProof,
  type ImportRun,
  readCheckpoints,
  readRun,
  writeProof,
} from './import-tables.ts';
import {
  type Comparison,
  compareFigures,
  proveReference,
  proveUnique,
  type ReferenceProof,
  tableFigures,
  type UniquenessProof,
} from './proof.ts';

/** Everything that was compared for one imported table. */
export type HistoryProof = {
  readonly table: string;
  readonly run: ImportRun;
  readonly checkpoints: readonly Checkpoint[];
  /** Rows that must be there: those before the import and those stored by it. */
  readonly expectedRows: number;
  readonly foundRows: number;
  /** Rows that the release says the file has; undefined when it does not say. */
  readonly fileRows: number | undefined;
  readonly storedRows: number;
  readonly rejected: number;
  readonly comparisons: readonly Comparison[];
  readonly unique: UniquenessProof;
  readonly references: readonly ReferenceProof[];
  /** SHA-256 over the checksums of the batches, in order. */
  readonly checksum: string;
  /** When the import was proved before; then only rows lost since, doubles and orphans are looked for. */
  readonly provedAt: string | undefined;
  readonly holds: boolean;
};

/**
 * Compares the table with what was read from the file. The proof is kept in the database when it holds.
 * Undefined when the import is not complete. Errors of the database are passed on.
 */
export async function proveHistory(
  client: pg.Client,
  history: History,
  identity: ImportIdentity,
  now: Date,
): Promise<HistoryProof | undefined> {
  const run = await readRun(client, identity);
  if (run === undefined || !run.finished) return undefined;
  await prepareSession(client);
  const columns = await historyColumns(client, history);
  const checkpoints = [...(await readCheckpoints(client, identity)).values()];
  const stored = checkpoints.reduce((sum, checkpoint) => addFigures(sum, checkpoint.figures), noFigures);
  // Once proved, the table belongs to the running system: it may grow.
  const expected = run.proof === null ? addFigures(run.baseline, stored) : { rows: run.proof.total, columns: {} };
  const { found, unique, references } = await lookAt(client, history, run.proof === null ? columns : []);
  const rejected = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.rejected, 0);
  const storedRows = checkpoints.reduce((sum, checkpoint) => sum + checkpoint.rows, 0);
  const comparisons = compareFigures(expected, found);
  const checksum = checksumOf(checkpoints);
  const complete =
    run.proof === null
      ? expected.rows === found.rows &&
        storedRows === stored.rows &&
        (history.rows ?? storedRows + rejected) === storedRows + rejected
      : found.rows >= expected.rows;
  const holds =
    complete &&
    comparisons.every((comparison) => comparison.expected === comparison.found) &&
    unique.doubles === 0 &&
    references.every((reference) => reference.orphans === 0);
  if (holds && run.proof === null) {
    await client.query('set synchronous_commit = on');
    const kept: ImportProof = { rows: storedRows, rejected, total: found.rows, at: now.toISOString(), checksum };
    await writeProof(client, identity, kept);
  }
  return {
    table: history.table,
    run,
    checkpoints,
    expectedRows: expected.rows,
    foundRows: found.rows,
    fileRows: history.rows,
    storedRows,
    rejected,
    comparisons,
    unique,
    references,
    checksum,
    provedAt: run.proof?.at,
    holds,
  };
}

/** All questions to the table at one moment, so that a writer in between cannot make the answers disagree. */
async function lookAt(client: pg.Client, history: History, columns: readonly TableColumn[]) {
  await client.query('begin isolation level repeatable read read only');
  try {
    const found = await tableFigures(client, history.table, columns);
    const unique = await proveUnique(client, history);
    const references: ReferenceProof[] = [];
    for (const reference of history.references) references.push(await proveReference(client, history.table, reference));
    return { found, unique, references };
  } finally {
    await client.query('rollback').catch(() => undefined);
  }
}

const noFigures: Figures = { rows: 0, columns: {} };

function checksumOf(checkpoints: readonly Checkpoint[]): string {
  const sum = createHash('sha256');
  for (const checkpoint of checkpoints) sum.update(`${checkpoint.sha256}\n`);
  return sum.digest('hex');
}
