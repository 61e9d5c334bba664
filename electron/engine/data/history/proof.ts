import type pg from 'pg';
import type { History } from '../../bundle/release.ts';
import { quoteColumns, quoteIdentifier, quoteTable } from '../identifiers.ts';
import type { TableColumn } from '../table-columns.ts';
import { type ColumnFigure, columnClass, type Figures, isDecimal, plainDecimal } from './figures.ts';
import { hashText } from './text-hash.ts';

/** How something was established: a constraint of the database makes it impossible, or all rows were looked at. */
export type Established = { readonly by: 'constraint'; readonly name: string } | { readonly by: 'query' };

export type UniquenessProof = { readonly doubles: number; readonly established: Established };
export type ReferenceProof = {
  readonly column: string;
  readonly table: string;
  readonly target: string;
  readonly orphans: number;
  readonly established: Established;
};

/** One compared figure of the table. */
export type Comparison = {
  readonly column: string;
  readonly figure: 'filled' | 'sum' | 'min' | 'max' | 'bytes';
  /** From the file and what the table held before. */
  readonly expected: string;
  /** From the table, computed by the database. */
  readonly found: string;
};

/** The figures of a whole table, computed by the database in one pass. The session's time zone must be UTC. */
export async function tableFigures(
  client: pg.Client,
  table: string,
  columns: readonly TableColumn[],
): Promise<Figures> {
  const hashable = await hashesAlike(client);
  const parts = columns.flatMap((column, index) =>
    expressions(column, hashable).map((sql, part) => `${sql} as c${index}_${part}`),
  );
  const { rows } = await client.query<Record<string, string | null>>(
    `select ${['count(*)::text as rows', ...parts].join(', ')} from ${quoteTable(table)}`,
  );
  const row = rows[0] ?? {};
  const figures: Record<string, ColumnFigure> = {};
  for (const [index, column] of columns.entries()) {
    const [filled, sum, min, max, bytes] = [0, 1, 2, 3, 4].map((part) => row[`c${index}_${part}`] ?? null);
    const none = filled === '0' && columnClass(column) !== 'other';
    figures[column.name] = {
      filled: Number(filled),
      sum: none ? '0' : decimal(sum),
      min: decimal(min),
      max: decimal(max),
      bytes: bytes === null || bytes === undefined ? null : Number(bytes),
    };
  }
  return { rows: Number(row.rows), columns: figures };
}

function decimal(value: string | null | undefined): string | null {
  return value !== null && value !== undefined && isDecimal(value) ? plainDecimal(value) : null;
}

/** SQL of a column's figures, in the order filled, sum, min, max, bytes. */
function expressions(column: TableColumn, hashable: boolean): readonly string[] {
  const name = quoteIdentifier(column.name);
  const filled = `count(${name})::text`;
  const kind = columnClass(column);
  if (kind === 'number') return [filled, `sum(${name})::text`, `min(${name})::text`, `max(${name})::text`];
  if (kind === 'text') {
    const sum = hashable ? `sum(hashtext(${name}::text collate "C"))::text` : 'null';
    return [filled, sum, 'null', 'null', `coalesce(sum(octet_length(${name})), 0)::text`];
  }
  if (kind === 'truth') return [filled, `(count(*) filter (where ${name}))::text`];
  if (kind === 'other') return [filled];
  const unit = kind === 'date' ? (value: string) => `(${value} - date '1970-01-01')` : microseconds;
  // Infinite times have no place in a sum; the file's side leaves such a column to the count.
  const finite = `filter (where isfinite(${name}))`;
  return [
    filled,
    `(sum(${unit(name)}) ${finite})::text`,
    `${unit(`min(${name}) ${finite}`)}::text`,
    `${unit(`max(${name}) ${finite}`)}::text`,
  ];
}

function microseconds(value: string): string {
  return `(date_part('epoch', ${value}) * 1000000)::int8`;
}

/** Whether this server hashes texts as `hashText` does; a big-endian one would not. */
async function hashesAlike(client: pg.Client): Promise<boolean> {
  const sample = '驻场工匠 sitewright';
  const bytes = Buffer.from(sample);
  const { rows } = await client
    .query<{ hash: number }>('select hashtext($1::text collate "C") as hash', [sample])
    .catch(() => ({ rows: [] }));
  return rows[0]?.hash === hashText(bytes, 0, bytes.length);
}

/** Compares figures one by one; those that one side does not have are left out. Pure. */
export function compareFigures(expected: Figures, found: Figures): readonly Comparison[] {
  const comparisons: Comparison[] = [];
  for (const [column, wanted] of Object.entries(expected.columns)) {
    const actual = found.columns[column];
    if (actual === undefined) continue;
    for (const figure of ['filled', 'sum', 'min', 'max', 'bytes'] as const) {
      const [left, right] = [wanted[figure], actual[figure]];
      if (left === null || right === null) continue;
      comparisons.push({ column, figure, expected: String(left), found: String(right) });
    }
  }
  return comparisons;
}

/** Proves that no key is there twice: by a unique constraint or index over the key, else by counting. */
export async function proveUnique(client: pg.Client, { table, key }: History): Promise<UniquenessProof> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = to_regclass($1) and i.indisunique and i.indisvalid and i.indpred is null and i.indexprs is null
       and not exists (select 1 from unnest(i.indkey[0:i.indnkeyatts - 1]) k(number)
         left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.number
         where a.attname is null or not a.attnotnull or not a.attname = any($2::text[]))
     order by i.indisprimary desc limit 1`,
    [quoteTable(table), key],
  );
  const index = rows[0];
  if (index !== undefined) return { doubles: 0, established: { by: 'constraint', name: index.name } };
  const counted = await client.query<{ doubles: string }>(
    `select coalesce(sum(n - 1), 0)::text as doubles from (
       select count(*) as n from ${quoteTable(table)} group by ${quoteColumns(key)} having count(*) > 1) d`,
  );
  return { doubles: Number(counted.rows[0]?.doubles), established: { by: 'query' } };
}

/** Proves a reference: by a validated foreign key, else by looking for each value. */
export async function proveReference(
  client: pg.Client,
  table: string,
  reference: History['references'][number],
): Promise<ReferenceProof> {
  const { rows } = await client.query<{ name: string }>(
    `select c.conname as name from pg_constraint c
     join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
     join pg_attribute f on f.attrelid = c.confrelid and f.attnum = c.confkey[1]
     where c.contype = 'f' and c.convalidated and cardinality(c.conkey) = 1
       and c.conrelid = to_regclass($1) and c.confrelid = to_regclass($2) and a.attname = $3 and f.attname = $4`,
    [quoteTable(table), quoteTable(reference.table), reference.column, reference.target],
  );
  const constraint = rows[0];
  if (constraint !== undefined)
    return { ...reference, orphans: 0, established: { by: 'constraint', name: constraint.name } };
  const column = quoteIdentifier(reference.column);
  const counted = await client.query<{ orphans: string }>(
    `select count(*)::text as orphans from ${quoteTable(table)} t where t.${column} is not null and not exists (
       select 1 from ${quoteTable(reference.table)} r where r.${quoteIdentifier(reference.target)} = t.${column})`,
  );
  return { ...reference, orphans: Number(counted.rows[0]?.orphans), established: { by: 'query' } };
}
