import type pg from 'pg';
import type { Vault } from '../site/vault.ts';
import {
  type ConfigurationDiff,
  diffConfiguration,
  groupRows,
  keyCondition,
  type RowGroup,
  rowColumn,
  wantedJson,
  wantedRows,
} from './configuration-diff.ts';
import { type ConfigurationFile, isPassword } from './configuration-file.ts';
import { quoteColumns, quoteIdentifier, quoteTable } from './identifiers.ts';
import { hashPassword, makePassword } from './password.ts';

/**
 * Inserts what is missing and updates what differs, in one transaction for the file, and returns what was done.
 * An initial password is kept in the vault before its hash is stored, so that no interruption leaves an account nobody can open.
 * Errors: release-invalid; errors of the database are passed on.
 */
export async function applyConfiguration(
  client: pg.Client,
  file: ConfigurationFile,
  vault: Vault,
): Promise<ConfigurationDiff> {
  const before = await diffConfiguration(client, file);
  if (before.insert.length + before.update.length === 0) return before;
  await client.query('begin');
  try {
    // Readers go on; writers wait, so that what was compared is what is written.
    await client.query(`lock table ${quoteTable(file.table)} in share row exclusive mode`);
    const diff = await diffConfiguration(client, file);
    const updates = new Set(diff.update.map((change) => change.row));
    for (const group of await groupRows(client, file)) {
      await updateRows(client, file, group, updates);
      await insertRows(client, file, group, new Set(diff.insert), vault);
    }
    await client.query('commit');
    return diff;
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  }
}

async function updateRows(
  client: pg.Client,
  file: ConfigurationFile,
  group: RowGroup,
  chosen: ReadonlySet<number>,
): Promise<void> {
  const part = only(group, chosen);
  if (part.rows.length === 0) return;
  const columns = group.columns.map((column) => column.name).filter((name) => !file.key.includes(name));
  const settings = columns.map((name) => `${quoteIdentifier(name)} = w.${quoteIdentifier(name)}`);
  await client.query(
    `update ${quoteTable(file.table)} t set ${settings.join(', ')} from ${wantedRows(group)} where ${keyCondition(file)}`,
    [wantedJson(part)],
  );
}

async function insertRows(
  client: pg.Client,
  file: ConfigurationFile,
  group: RowGroup,
  chosen: ReadonlySet<number>,
  vault: Vault,
): Promise<void> {
  const part = only(group, chosen);
  if (part.rows.length === 0) return;
  const names = group.columns.map((column) => column.name);
  const overriding = group.columns.some((column) => column.identity === 'a') ? 'overriding system value' : '';
  await client.query(
    `insert into ${quoteTable(file.table)} (${quoteColumns(names)}) ${overriding}
     select ${quoteColumns(names, 'w')} from ${wantedRows(group)} order by w.${rowColumn}`,
    [wantedJson(part, await hashesOf(part, vault))],
  );
  for (const { name, sequence } of group.columns) {
    if (sequence !== null) await raiseSequence(client, file.table, name, sequence);
  }
}

/** Hashes of the initial passwords of the rows to insert, by vault entry; passwords that are not there yet are made. */
async function hashesOf(part: RowGroup, vault: Vault): Promise<ReadonlyMap<string, string>> {
  const hashes = new Map<string, string>();
  for (const value of part.rows.flatMap(({ values }) => Object.values(values))) {
    if (!isPassword(value)) continue;
    hashes.set(value.password, await hashPassword(vault.getOrCreate(value.password, makePassword)));
  }
  return hashes;
}

/** Given identifiers must not be handed out again by the sequence that fills the column. `sequence` comes quoted from the server. */
async function raiseSequence(client: pg.Client, table: string, column: string, sequence: string): Promise<void> {
  await client.query(
    `select setval($1::regclass, m.highest) from (select max(${quoteIdentifier(column)}) as highest from ${quoteTable(table)}) m,
     ${sequence} s where m.highest >= case when s.is_called then s.last_value + 1 else s.last_value end`,
    [sequence],
  );
}

function only(group: RowGroup, chosen: ReadonlySet<number>): RowGroup {
  return { ...group, rows: group.rows.filter((row) => chosen.has(row.number)) };
}
