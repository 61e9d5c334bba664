import { hash } from 'node:crypto';
import type { Readable } from 'node:stream';
import type pg from 'pg';
import { SitewrightError } from '../../../contract/errors.ts';
import { text } from '../../../contract/text.ts';
import type { History } from '../../bundle/release.ts';
import type { TableColumn } from '../table-columns.ts';
import { type Batch, readBatches } from './batches.ts';
import { historyColumns, prepareSession, startRun } from './import-start.ts';
import { type Checkpoint, finishRun, type ImportIdentity, readCheckpoints, writeRejects } from './import-tables.ts';
import { type LoadableBatch, loadBatch } from './load-batch.ts';
import { measureRecords } from './measure.ts';

export type ImportOptions = {
  readonly history: History;
  /** Digest of the file: the import's identity. */
  readonly digest: string;
  /** The file from its beginning; called twice, first to verify it as a whole. */
  readonly open: () => Readable;
  /** A new connection of the owner; ended here. */
  readonly connect: () => Promise<pg.Client>;
  readonly signal: AbortSignal;
  /** Rows of the file that are behind (loaded, rejected or there before) and plain bytes read. */
  readonly progress?: (rows: number, bytes: number) => void;
  /** Size at which batches of a new import are cut; default 1 MiB. */
  readonly batchBytes?: number;
};

export type ImportResult = {
  /** Rows stored by this and by earlier attempts. */
  readonly rows: number;
  readonly rejected: number;
  /** Rows that this attempt stored, and its seconds. */
  readonly loadedNow: number;
  readonly seconds: number;
};

const defaultBatchBytes = 1024 * 1024;
const connections = 2;
/** Rejects of one batch that are listed beyond the limit, before a wrong file is given up. */
const rejectMargin = 1000;

/**
 * Loads historical data in checkpointed batches over two connections. Interrupted at any point and called again, it goes on
 * where it stood: no row is lost, none comes twice. Memory holds a few batches, whatever the size of the file.
 * Errors: release-invalid, import-rejected, import-proof-failed, those of the source; errors of the database are passed on.
 */
export async function importHistory(options: ImportOptions): Promise<ImportResult> {
  const clients: pg.Client[] = [];
  try {
    for (let index = 0; index < connections; index++) {
      const client = await options.connect();
      clients.push(client);
      await prepareSession(client);
    }
    return await importOver(clients, options);
  } finally {
    await Promise.allSettled(clients.map((client) => client.end()));
  }
}

async function importOver(clients: readonly pg.Client[], options: ImportOptions): Promise<ImportResult> {
  const started = performance.now();
  const { history, digest, signal } = options;
  const [first] = clients as readonly [pg.Client];
  const identity: ImportIdentity = { file: digest, table: history.table };
  const columns = await historyColumns(first, history);
  await verifyWhole(options.open());
  const run = await startRun(first, identity, columns, options.batchBytes ?? defaultBatchBytes);
  const tally = new Tally(options, await readCheckpoints(first, identity));
  const target = { identity, columns, mostRejects: history.rejectLimit + rejectMargin };
  const idle = [...clients];
  const running = new Set<Promise<void>>();

  const send = async (client: pg.Client, batch: LoadableBatch) => {
    try {
      const result = await loadBatch(client, target, batch);
      // Given up: the transaction is gone, the list of the rows must not be.
      if (result.outcome === 'given-up') await writeRejects(client, identity, result.rejects);
      tally.settle(batch, result);
    } catch (error) {
      tally.fail(error);
    } finally {
      idle.push(client);
    }
  };

  for await (const batch of readBatches(options.open(), history.file, history.columns, run.batchBytes)) {
    signal.throwIfAborted();
    const loadable = tally.take(batch, columns);
    if (loadable === undefined) continue;
    while (idle.length === 0) await Promise.race(running);
    if (tally.failed) break;
    const task = send(idle.pop() as pg.Client, loadable).finally(() => running.delete(task));
    running.add(task);
  }
  await Promise.all(running);
  tally.throwFailure();
  const seconds = (performance.now() - started) / 1000;
  // Synchronous: with this commit all batches before it are on the disk.
  await first.query('set synchronous_commit = on');
  if (tally.loadedNow > 0 || !run.finished) await finishRun(first, identity, tally.loadedNow, seconds);
  return { rows: tally.rows, rejected: tally.rejected, loadedNow: tally.loadedNow, seconds };
}

/** Reads a file to its end, so that a corrupt one is found before any row of it is stored. */
async function verifyWhole(source: Readable): Promise<void> {
  for await (const _ of source);
}

/** Where the import stands while batches come and go. */
class Tally {
  readonly #options: ImportOptions;
  readonly #checkpoints: ReadonlyMap<number, Checkpoint>;
  #line = 2;
  #bytes = 0;
  #behind = 0;
  #failure: unknown;
  rows = 0;
  rejected = 0;
  loadedNow = 0;

  constructor(options: ImportOptions, checkpoints: ReadonlyMap<number, Checkpoint>) {
    this.#options = options;
    this.#checkpoints = checkpoints;
  }

  get failed(): boolean {
    return this.#failure !== undefined;
  }

  /** The batch with its checkpoint; undefined when an earlier attempt brought it. Error: import-proof-failed when it is another now. */
  take(batch: Batch, columns: readonly TableColumn[]): LoadableBatch | undefined {
    const { number, bytes } = batch;
    const sha256 = hash('sha256', bytes);
    this.#bytes += bytes.length;
    const there = this.#checkpoints.get(number);
    if (there !== undefined) {
      if (there.sha256 !== sha256) {
        const { table } = this.#options.history;
        throw new SitewrightError('import-proof-failed', {
          table,
          problem: text('data.history.other-batch', { batch: number + 1 }),
        });
      }
      this.#line = there.lastLine + 1;
      this.rows += there.rows;
      this.rejected += there.rejected;
      this.#advance(there.rows + there.rejected);
      return undefined;
    }
    const { records, lines, figures } = measureRecords(bytes, columns);
    const firstLine = this.#line;
    this.#line += lines;
    const checkpoint = {
      batch: number,
      rows: records,
      rejected: 0,
      firstLine,
      lastLine: this.#line - 1,
      sha256,
      figures,
    };
    return { bytes, checkpoint };
  }

  /** A batch has ended; too many rejects become the failure. */
  settle(batch: LoadableBatch, result: Awaited<ReturnType<typeof loadBatch>>): void {
    const { rows } = batch.checkpoint;
    if (result.outcome === 'loaded') {
      this.rows += result.checkpoint.rows;
      this.loadedNow += result.checkpoint.rows;
    } else if (result.outcome === 'there') this.rows += rows;
    if (result.outcome !== 'there') this.rejected += result.rejects.length;
    this.#advance(rows);
    const { rejectLimit, file } = this.#options.history;
    if (this.rejected <= rejectLimit) return;
    const params = { file, rows: this.#behind, rejected: this.rejected, allowed: rejectLimit };
    this.fail(new SitewrightError('import-rejected', params));
  }

  /** Keeps the first failure; what others end with after it is its consequence. */
  fail(error: unknown): void {
    this.#failure ??= error;
  }

  throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  #advance(rows: number): void {
    this.#behind += rows;
    this.#options.progress?.(this.#behind, this.#bytes);
  }
}
