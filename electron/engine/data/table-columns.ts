import type pg from 'pg';
import { quoteTable } from './identifiers.ts';

/** A column as the database knows it. */
export type TableColumn = {
  readonly name: string;
  /** Type with its modifiers, as SQL writes it: `numeric(12,3)`. */
  readonly type: string;
  /** Type without modifiers, by its internal name: `int4`, `timestamptz`; of a domain, the type below it. */
  readonly base: string;
  /** Digits after the point that the type keeps, where it limits them. */
  readonly scale?: number;
  /** `a` for an identity that refuses given values. */
  readonly identity: string;
  /** Sequence that fills it, if one does. */
  readonly sequence: string | null;
};

/** Columns of a table by name; undefined when there is no such table. `table` is a release's name: `table` or `schema.table`. */
export async function readColumns(
  client: pg.Client,
  table: string,
): Promise<ReadonlyMap<string, TableColumn> | undefined> {
  const quoted = quoteTable(table);
  const { rows } = await client.query<{
    name: string | null;
    type: string;
    base: string;
    modifier: number;
    identity: string;
    sequence: string | null;
  }>(
    `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, b.typname as base,
            case when t.typtype = 'd' then t.typtypmod else a.atttypmod end as modifier, a.attidentity as identity,
            pg_get_serial_sequence($1, a.attname) as sequence
     from (select to_regclass($1) as id) r
     left join pg_attribute a on a.attrelid = r.id and a.attnum > 0 and not a.attisdropped
     left join pg_type t on t.oid = a.atttypid
     left join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
     where r.id is not null order by a.attnum`,
    [quoted],
  );
  if (rows.length === 0) return undefined;
  return new Map(
    rows
      .filter((row) => row.name !== null)
      .map((row) => {
        const scale = scaleOf(row.base, row.modifier);
        const { type, base, identity, sequence } = row;
        const column = { name: row.name as string, type, base, identity, sequence };
        return [column.name, scale === undefined ? column : { ...column, scale }];
      }),
  );
}

function scaleOf(base: string, modifier: number): number | undefined {
  if (modifier < 0) return undefined;
  // numeric packs precision and an 11-bit signed scale behind a header of 4; times keep their precision as it is.
  if (base === 'numeric') return (((modifier - 4) & 0x7ff) ^ 1024) - 1024;
  return base.startsWith('time') ? modifier : undefined;
}
