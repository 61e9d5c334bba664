import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { quoteColumns, quoteTable } from '../identifiers.ts';
import type { TableColumn } from '../table-columns.ts';
import { copyIn } from './copy-in.ts';
import { addFigures, type Figures } from './figures.ts';
import {
  type Checkpoint,
  claimBatch,
  correctBatch,
  type ImportIdentity,
  type Reject,
  writeRejects,
} from './import-tables.ts';
import { measureRecords, type RecordOffset, recordOffsets } from './measure.ts';

/** A batch ready to load; `checkpoint` counts all of its rows as stored. */
export type LoadableBatch = { readonly bytes: Buffer; readonly checkpoint: Checkpoint };

export type LoadTarget = {
  readonly identity: ImportIdentity;
  readonly columns: readonly TableColumn[];
  /** Rejects of one batch beyond which it is given up, so that a wholly wrong file ends soon. */
  readonly mostRejects: number;
};

/** How a batch ended. `there`: another process had brought it. `given-up`: too many rows were refused, nothing is stored. */
export type LoadResult =
  | { readonly outcome: 'loaded'; readonly checkpoint: Checkpoint; readonly rejects: readonly Reject[] }
  | { readonly outcome: 'there' }
  | { readonly outcome: 'given-up'; readonly rejects: readonly Reject[] };

/** A deadlock or a serialisation failure says nothing about the rows. */
const passing = new Set(['40001', '40P01', '55P03']);
const attempts = 5;

/**
 * Loads a batch and its checkpoint in one transaction, so that it is there wholly and once, or not at all.
 * When COPY refuses it, the bad rows are searched, left out and listed. Errors of the database are passed on.
 */
export async function loadBatch(client: pg.Client, target: LoadTarget, batch: LoadableBatch): Promise<LoadResult> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await loadWhole(client, target, batch);
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (isBadData(error)) return await loadPiecemeal(client, target, batch);
      if (!isPassing(error) || attempt === attempts) throw error;
      await pause(50 * attempt);
    }
  }
}

async function loadWhole(client: pg.Client, target: LoadTarget, batch: LoadableBatch): Promise<LoadResult> {
  if (!(await begin(client, target, batch))) return { outcome: 'there' };
  const rows = await copyIn(client, copySql(target), batch.bytes);
  if (rows !== batch.checkpoint.rows) throw new CountError();
  await client.query('commit');
  return { outcome: 'loaded', checkpoint: batch.checkpoint, rejects: [] };
}

async function begin(client: pg.Client, { identity }: LoadTarget, { checkpoint }: LoadableBatch): Promise<boolean> {
  // Constraints that wait for the commit would refuse the batch without naming a row.
  await client.query('begin; set constraints all immediate');
  if (await claimBatch(client, identity, checkpoint)) return true;
  await client.query('rollback');
  return false;
}

function copySql({ identity, columns }: LoadTarget): string {
  const names = quoteColumns(columns.map((column) => column.name));
  return `copy ${quoteTable(identity.table)} (${names}) from stdin (format csv, encoding 'UTF8')`;
}

async function loadPiecemeal(client: pg.Client, target: LoadTarget, batch: LoadableBatch): Promise<LoadResult> {
  for (let attempt = 1; ; attempt++) {
    const search = new RejectSearch(client, target, batch);
    try {
      if (!(await begin(client, target, batch))) return { outcome: 'there' };
      await search.load(0, search.records);
      if (search.rejects.length > target.mostRejects) {
        await client.query('rollback');
        return { outcome: 'given-up', rejects: search.rejects };
      }
      const checkpoint = {
        ...batch.checkpoint,
        rows: search.figures.rows,
        rejected: search.rejects.length,
        figures: search.figures,
      };
      await correctBatch(client, target.identity, checkpoint);
      if (search.rejects.length > 0) await writeRejects(client, target.identity, search.rejects);
      await client.query('commit');
      return { outcome: 'loaded', checkpoint, rejects: search.rejects };
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      if (!isPassing(error) || attempt === attempts) throw error;
      await pause(50 * attempt);
    }
  }
}

/** Finds the rows that are refused: by the line that the server names, else by halves. */
class RejectSearch {
  readonly #client: pg.Client;
  readonly #target: LoadTarget;
  readonly #batch: LoadableBatch;
  readonly #offsets: readonly RecordOffset[];
  readonly #sql: string;
  readonly rejects: Reject[] = [];
  figures: Figures = { rows: 0, columns: {} };

  constructor(client: pg.Client, target: LoadTarget, batch: LoadableBatch) {
    this.#client = client;
    this.#target = target;
    this.#batch = batch;
    this.#offsets = recordOffsets(batch.bytes);
    this.#sql = copySql(target);
  }

  get records(): number {
    return this.#offsets.length;
  }

  /** Loads the records from `from` to `to` (excluded) as far as they can be loaded. */
  async load(from: number, to: number): Promise<void> {
    let start = from;
    while (start < to && this.rejects.length <= this.#target.mostRejects) {
      const error = await this.#copy(start, to);
      if (error === undefined) return;
      if (to - start === 1) {
        this.#reject(start, error);
        return;
      }
      const named = start + lineOf(error);
      const bad = this.#isRecord(named, start, to) ? named : -1;
      if (bad === -1) {
        const middle = start + Math.floor((to - start) / 2);
        await this.load(start, middle);
        start = middle;
      } else {
        if (bad > start) await this.load(start, bad);
        await this.load(bad, bad + 1);
        start = bad + 1;
      }
    }
  }

  /** The server counts lines, and so is trusted only where each record is one. */
  #isRecord(record: number, from: number, to: number): boolean {
    if (record < from || record >= to) return false;
    const first = this.#offsets[from] as RecordOffset;
    return (this.#offsets[record] as RecordOffset).line - first.line === record - from;
  }

  async #copy(from: number, to: number): Promise<Error | undefined> {
    const bytes = this.#bytes(from, to);
    await this.#client.query('savepoint piece');
    try {
      const rows = await copyIn(this.#client, this.#sql, bytes);
      if (rows !== to - from) throw new CountError();
      await this.#client.query('release savepoint piece');
      this.figures = addFigures(this.figures, measureRecords(bytes, this.#target.columns).figures);
      return undefined;
    } catch (error) {
      if (!isBadData(error)) throw error;
      await this.#client.query('rollback to savepoint piece');
      return error;
    }
  }

  #bytes(from: number, to: number): Buffer {
    return this.#batch.bytes.subarray(
      this.#offsets[from]?.start ?? 0,
      this.#offsets[to]?.start ?? this.#batch.bytes.length,
    );
  }

  #reject(record: number, error: Error): void {
    const line = this.#batch.checkpoint.firstLine + (this.#offsets[record] as RecordOffset).line;
    const detail = error instanceof pg.DatabaseError && error.detail !== undefined ? ` (${error.detail})` : '';
    const raw = this.#bytes(record, record + 1)
      .toString('utf8')
      .replace(/\r?\n$/, '');
    this.rejects.push({ line, reason: error.message + detail, raw });
  }
}

/** COPY stored another number of rows than were sent, as for a line that is a lone `\.`. */
class CountError extends Error {
  constructor() {
    super('the server stored another number of rows than it was sent');
    this.name = 'CountError';
  }
}

/** Data exceptions (22), constraint violations (23) and exceptions raised by triggers (P0001) are about rows. */
function isBadData(error: unknown): error is Error {
  if (error instanceof CountError) return true;
  return error instanceof pg.DatabaseError && /^(22|23|P0001)/.test(error.code ?? '');
}

function isPassing(error: unknown): boolean {
  return error instanceof pg.DatabaseError && passing.has(error.code ?? '');
}

/** Record that the server names in `COPY readings, line 17`, from 0; -1 when it names none. */
function lineOf(error: Error): number {
  const where = error instanceof pg.DatabaseError ? error.where : undefined;
  return Number(/^COPY .*, line (\d+)/m.exec(where ?? '')?.[1] ?? 0) - 1;
}
