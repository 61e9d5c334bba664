import type pg from 'pg';
import { SitewrightError } from '../../contract/errors.ts';
import { text, verbatim } from '../../contract/text.ts';
import { isLost } from '../drivers/postgres-driver.ts';
import { type ConfigurationFile, type ConfigurationRow, cellError, isPassword } from './configuration-file.ts';
import { quoteIdentifier, quoteTable } from './identifiers.ts';
import { readColumns, type TableColumn } from './table-columns.ts';

/** What a file of configuration data would change. Rows are counted from 1, as in the file. */
export type ConfigurationDiff = {
  readonly insert: readonly number[];
  readonly update: readonly { readonly row: number; readonly columns: readonly string[] }[];
  /** Rows that are there as wanted, and rows with an initial password that are there in any form. */
  readonly unchanged: number;
};

/** Rows that name the same columns: written by one statement. */
export type RowGroup = {
  readonly columns: readonly TableColumn[];
  readonly passwords: readonly string[];
  readonly rows: readonly { readonly number: number; readonly values: ConfigurationRow }[];
};

/** Name of the row number among the columns of the wanted rows; no column of a release is called so. */
export const rowColumn = quoteIdentifier('sitewright row');

/** The file's rows in groups of the same columns, checked against the table. Errors: release-invalid for an unknown table or column. */
export async function groupRows(client: pg.Client, file: ConfigurationFile): Promise<readonly RowGroup[]> {
  const known = await readColumns(client, file.table);
  if (known === undefined) {
    throw new SitewrightError('release-invalid', {
      file: file.path,
      problem: text('data.no-table', { table: file.table }),
    });
  }
  const groups = new Map<string, { columns: TableColumn[]; passwords: string[]; rows: RowGroup['rows'][number][] }>();
  for (const [index, values] of file.rows.entries()) {
    const names = Object.keys(values).sort();
    const passwords = names.filter((name) => isPassword(values[name]));
    const identity = JSON.stringify([names, passwords]);
    let group = groups.get(identity);
    if (group === undefined) {
      const columns = names.map((name) => {
        const column = known.get(name);
        if (column !== undefined) return column;
        throw cellError(file.path, index + 1, name, text('data.configuration.no-column', { table: file.table }));
      });
      group = { columns, passwords, rows: [] };
      groups.set(identity, group);
    }
    group.rows.push({ number: index + 1, values });
  }
  return [...groups.values()];
}

/** Compares the file with the table; the database itself compares, in the column's own type. Read-only. */
export async function diffConfiguration(client: pg.Client, file: ConfigurationFile): Promise<ConfigurationDiff> {
  const groups = await groupRows(client, file);
  const parts: ConfigurationDiff[] = [];
  for (const group of groups) parts.push(await diffGroup(client, file, group));
  return {
    insert: parts.flatMap((part) => part.insert).sort((a, b) => a - b),
    update: parts.flatMap((part) => part.update).sort((a, b) => a.row - b.row),
    unchanged: parts.reduce((sum, part) => sum + part.unchanged, 0),
  };
}

async function diffGroup(client: pg.Client, file: ConfigurationFile, group: RowGroup): Promise<ConfigurationDiff> {
  // A row with an initial password belongs to the site once it is there: its owner has changed the password and the flags with it.
  const compared = group.passwords.length > 0 ? [] : group.columns.filter((column) => !file.key.includes(column.name));
  const differences = compared.map((column) => {
    const name = quoteIdentifier(column.name);
    // json has no equality of its own.
    const cast = column.base === 'json' ? '::jsonb' : '';
    return `t.${name}${cast} is distinct from w.${name}${cast}`;
  });
  const sql = `select w.${rowColumn} as number, t.ctid is not null as there, array[${differences.join(', ')}]::boolean[] as differs
    from ${wantedRows(group)} left join ${quoteTable(file.table)} t on ${keyCondition(file)} order by 1`;
  const answer = await client
    .query<{ number: number; there: boolean; differs: boolean[] }>(sql, [wantedJson(group)])
    .catch(async (error) => {
      throw isLost(error) ? error : await nameBadCell(client, file, group, error);
    });
  const insert: number[] = [];
  const update: { row: number; columns: string[] }[] = [];
  let last = 0;
  for (const { number, there, differs } of answer.rows) {
    if (number === last) throw cellError(file.path, number, file.key.join(', '), text('data.configuration.key-loose'));
    last = number;
    if (!there) insert.push(number);
    const columns = compared.filter((_, index) => differs[index] === true).map((column) => column.name);
    if (there && columns.length > 0) update.push({ row: number, columns });
  }
  return { insert, update, unchanged: answer.rows.length - insert.length - update.length };
}

/** The FROM item `w` that turns the first parameter (JSON) into rows of the columns' own types. */
export function wantedRows(group: RowGroup): string {
  const columns = group.columns.map(
    (column) => `${quoteIdentifier(column.name)} ${isJson(column) ? 'text' : column.type}`,
  );
  const rows = `jsonb_to_recordset($1::jsonb) as r(${[`${rowColumn} integer`, ...columns].join(', ')})`;
  // The text of a JSON cell is the JSON itself, not a JSON string.
  const values = group.columns.map(({ name, type, ...column }) => {
    const quoted = quoteIdentifier(name);
    return isJson(column) ? `r.${quoted}::${type} as ${quoted}` : `r.${quoted}`;
  });
  return `(select ${[`r.${rowColumn}`, ...values].join(', ')} from ${rows}) w`;
}

function isJson({ base }: Pick<TableColumn, 'base'>): boolean {
  return base === 'json' || base === 'jsonb';
}

/** Joins the wanted rows `w` with the table `t` by the natural key. */
export function keyCondition(file: ConfigurationFile): string {
  return file.key.map((name) => `t.${quoteIdentifier(name)} = w.${quoteIdentifier(name)}`).join(' and ');
}

/** The group's rows as JSON. Passwords are null unless their hashes are given, by vault entry. */
export function wantedJson(group: RowGroup, hashes?: ReadonlyMap<string, string>): string {
  const rows = group.rows.map(({ number, values }) => {
    const cells = Object.entries(values).map(([name, value]) => [
      name,
      isPassword(value) ? (hashes?.get(value.password) ?? null) : value,
    ]);
    return Object.fromEntries([['sitewright row', number], ...cells]);
  });
  return JSON.stringify(rows);
}

/** Finds the cell that the database cannot read, by trying each alone. */
async function nameBadCell(
  client: pg.Client,
  file: ConfigurationFile,
  group: RowGroup,
  error: unknown,
): Promise<unknown> {
  // Inside a transaction that has failed nothing can be tried any more.
  if ((await client.query('select 1').catch(() => undefined)) === undefined) return error;
  for (const { number, values } of group.rows) {
    for (const column of group.columns) {
      const value = values[column.name];
      if (value === undefined || isPassword(value)) continue;
      const alone = { ...group, columns: [column], rows: [{ number, values: { [column.name]: value } }] };
      try {
        await client.query(`select * from ${wantedRows(alone)}`, [wantedJson(alone)]);
      } catch (problem) {
        if (isLost(problem)) return problem;
        const words = problem instanceof Error ? problem.message : String(problem);
        return cellError(file.path, number, column.name, verbatim(words));
      }
    }
  }
  return error;
}
