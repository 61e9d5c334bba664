import type pg from 'pg';
import type { Figures } from './figures.ts';

/** Which import is meant: the file by its digest, and the table by the release's name for it. */
export type ImportIdentity = { readonly file: string; readonly table: string };

/** One import of a file into a table, as `sitewright.import_run` keeps it. */
export type ImportRun = {
  /** Size at which batches are cut; kept, so that a resume cuts them at the same places. */
  readonly batchBytes: number;
  /** What the table held before the first batch. */
  readonly baseline: Figures;
  /** Rows that the last uninterrupted stretch loaded, and the seconds that it took. */
  readonly loadedRows: number;
  readonly loadedSeconds: number;
  /** True once the last batch is there. */
  readonly finished: boolean;
  /** What was proved when the import was complete; null until then. */
  readonly proof: ImportProof | null;
};

/** The figures of a finished import. */
export type ImportProof = {
  readonly rows: number;
  readonly rejected: number;
  /** Rows in the table when it was proved. */
  readonly total: number;
  readonly at: string;
  /** SHA-256 over the checksums of the batches, in order. */
  readonly checksum: string;
};

/** One loaded batch, as `sitewright.import_checkpoint` keeps it. */
export type Checkpoint = {
  readonly batch: number;
  /** Rows that were stored, and rows that were refused. */
  readonly rows: number;
  readonly rejected: number;
  /** Physical lines of the file, from 1 (the header). */
  readonly firstLine: number;
  readonly lastLine: number;
  /** SHA-256 of the batch's bytes. */
  readonly sha256: string;
  readonly figures: Figures;
};

/** A row that the table refused. */
export type Reject = { readonly line: number; readonly reason: string; readonly raw: string };

const tables = `
create schema if not exists sitewright;
create table if not exists sitewright.import_run (
  file text not null,
  table_name text not null,
  batch_bytes integer not null,
  baseline jsonb not null,
  started_at timestamptz not null default clock_timestamp(),
  finished_at timestamptz,
  loaded_rows bigint not null default 0,
  loaded_seconds double precision not null default 0,
  proof jsonb,
  primary key (file, table_name)
);
create table if not exists sitewright.import_checkpoint (
  file text not null,
  table_name text not null,
  batch integer not null,
  rows bigint not null,
  rejected bigint not null default 0,
  first_line bigint not null,
  last_line bigint not null,
  sha256 text not null,
  figures jsonb not null,
  loaded_at timestamptz not null default clock_timestamp(),
  primary key (file, table_name, batch)
);
create table if not exists sitewright.import_reject (
  file text not null,
  table_name text not null,
  line bigint not null,
  reason text not null,
  raw text not null,
  primary key (file, table_name, line)
);`;

/** Makes the tables of the imports, if they are not there. */
export async function makeImportTables(client: pg.Client): Promise<void> {
  if (!(await hasImportTables(client))) await client.query(tables);
}

/** Whether any import was ever begun here. Read-only. */
export async function hasImportTables(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ found: boolean }>(
    "select to_regclass('sitewright.import_reject') is not null as found",
  );
  return rows[0]?.found === true;
}

/** The import as far as it is known; undefined when it was never begun. */
export async function readRun(client: pg.Client, identity: ImportIdentity): Promise<ImportRun | undefined> {
  const { rows } = await client.query<{
    batch_bytes: number;
    baseline: Figures;
    loaded_rows: string;
    loaded_seconds: number;
    finished: boolean;
    proof: ImportProof | null;
  }>(
    `select batch_bytes, baseline, loaded_rows, loaded_seconds, finished_at is not null as finished, proof
     from sitewright.import_run where file = $1 and table_name = $2`,
    [identity.file, identity.table],
  );
  const row = rows[0];
  if (row === undefined) return undefined;
  return {
    batchBytes: row.batch_bytes,
    baseline: row.baseline,
    loadedRows: Number(row.loaded_rows),
    loadedSeconds: row.loaded_seconds,
    finished: row.finished,
    proof: row.proof,
  };
}

/** Files whose import into this table was begun and never proved, other than this one. */
export async function otherUnproved(client: pg.Client, identity: ImportIdentity): Promise<readonly string[]> {
  const { rows } = await client.query<{ file: string }>(
    'select file from sitewright.import_run where table_name = $2 and file <> $1 and proof is null',
    [identity.file, identity.table],
  );
  return rows.map((row) => row.file);
}

/** Begins an import: keeps what the table holds before it. */
export async function beginRun(
  client: pg.Client,
  identity: ImportIdentity,
  run: Pick<ImportRun, 'batchBytes' | 'baseline'>,
): Promise<void> {
  await client.query(
    'insert into sitewright.import_run (file, table_name, batch_bytes, baseline) values ($1, $2, $3, $4) on conflict do nothing',
    [identity.file, identity.table, run.batchBytes, JSON.stringify(run.baseline)],
  );
}

/** Forgets an import with its batches and rejects; the caller answers for the rows of the table. */
export async function forgetRun(client: pg.Client, identity: ImportIdentity): Promise<void> {
  for (const table of ['import_reject', 'import_checkpoint', 'import_run']) {
    await client.query(`delete from sitewright.${table} where file = $1 and table_name = $2`, [
      identity.file,
      identity.table,
    ]);
  }
}

/** Keeps that the last batch is there, and how fast the last uninterrupted stretch was. */
export async function finishRun(
  client: pg.Client,
  identity: ImportIdentity,
  rows: number,
  seconds: number,
): Promise<void> {
  await client.query(
    `update sitewright.import_run set finished_at = coalesce(finished_at, clock_timestamp()), loaded_rows = $3, loaded_seconds = $4
     where file = $1 and table_name = $2`,
    [identity.file, identity.table, rows, seconds],
  );
}

/** Keeps the proof: from now on the import is finished. */
export async function writeProof(client: pg.Client, identity: ImportIdentity, proof: ImportProof): Promise<void> {
  await client.query('update sitewright.import_run set proof = $3 where file = $1 and table_name = $2', [
    identity.file,
    identity.table,
    JSON.stringify(proof),
  ]);
}

/** The loaded batches by number. */
export async function readCheckpoints(
  client: pg.Client,
  identity: ImportIdentity,
): Promise<ReadonlyMap<number, Checkpoint>> {
  const { rows } = await client.query<{
    batch: number;
    rows: string;
    rejected: string;
    first_line: string;
    last_line: string;
    sha256: string;
    figures: Figures;
  }>(
    `select batch, rows, rejected, first_line, last_line, sha256, figures from sitewright.import_checkpoint
     where file = $1 and table_name = $2 order by batch`,
    [identity.file, identity.table],
  );
  return new Map(
    rows.map((row) => [
      row.batch,
      {
        batch: row.batch,
        rows: Number(row.rows),
        rejected: Number(row.rejected),
        firstLine: Number(row.first_line),
        lastLine: Number(row.last_line),
        sha256: row.sha256,
        figures: row.figures,
      },
    ]),
  );
}

/** Claims a batch inside the caller's transaction; false when it is there already, also when another process has just brought it. */
export async function claimBatch(
  client: pg.Client,
  identity: ImportIdentity,
  checkpoint: Checkpoint,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `insert into sitewright.import_checkpoint (file, table_name, batch, rows, rejected, first_line, last_line, sha256, figures)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [
      identity.file,
      identity.table,
      checkpoint.batch,
      checkpoint.rows,
      checkpoint.rejected,
      checkpoint.firstLine,
      checkpoint.lastLine,
      checkpoint.sha256,
      JSON.stringify(checkpoint.figures),
    ],
  );
  return rowCount === 1;
}

/** Corrects a claimed batch inside the same transaction, once the refused rows are known. */
export async function correctBatch(client: pg.Client, identity: ImportIdentity, checkpoint: Checkpoint): Promise<void> {
  await client.query(
    `update sitewright.import_checkpoint set rows = $4, rejected = $5, figures = $6
     where file = $1 and table_name = $2 and batch = $3`,
    [
      identity.file,
      identity.table,
      checkpoint.batch,
      checkpoint.rows,
      checkpoint.rejected,
      JSON.stringify(checkpoint.figures),
    ],
  );
}

/** Adds rows to the reject list. */
export async function writeRejects(
  client: pg.Client,
  identity: ImportIdentity,
  rejects: readonly Reject[],
): Promise<void> {
  await client.query(
    `insert into sitewright.import_reject (file, table_name, line, reason, raw)
     select $1, $2, r.line, r.reason, r.raw from jsonb_to_recordset($3::jsonb) as r(line bigint, reason text, raw text)
     on conflict (file, table_name, line) do update set reason = excluded.reason, raw = excluded.raw`,
    [identity.file, identity.table, JSON.stringify(rejects.map(withoutZero))],
  );
}

/** JSON in PostgreSQL holds no zero character. */
function withoutZero(reject: Reject): Reject {
  return {
    line: reject.line,
    reason: reject.reason.replaceAll('\0', '\ufffd'),
    raw: reject.raw.replaceAll('\0', '\ufffd'),
  };
}

/** The reject list in the order of the file. */
export async function readRejects(client: pg.Client, identity: ImportIdentity): Promise<readonly Reject[]> {
  const { rows } = await client.query<{ line: string; reason: string; raw: string }>(
    'select line, reason, raw from sitewright.import_reject where file = $1 and table_name = $2 order by line',
    [identity.file, identity.table],
  );
  return rows.map((row) => ({ line: Number(row.line), reason: row.reason, raw: row.raw }));
}
