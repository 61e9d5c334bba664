import { LineCounter, parseDocument } from 'yaml';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import type { Release } from '../bundle/release.ts';

/** A cell of configuration data. The password form names a vault entry; its hash is stored when the row is inserted. */
export type ConfigurationValue = string | number | boolean | null | { readonly password: string };
export type ConfigurationRow = Readonly<Record<string, ConfigurationValue>>;

/** One file of configuration data: rows of one table, recognised by a natural key. */
export type ConfigurationFile = {
  readonly path: string;
  readonly table: string;
  readonly key: readonly string[];
  readonly rows: readonly ConfigurationRow[];
};

const passwordEntry = /^user\/[a-z0-9][a-z0-9._-]*$/;

/** True for `{ password: 'user/x' }`. */
export function isPassword(value: ConfigurationValue | undefined): value is { readonly password: string } {
  return typeof value === 'object' && value !== null;
}

/** Vault entries of the initial passwords in a file, in the order of its rows. */
export function passwordEntries(file: ConfigurationFile): readonly string[] {
  return file.rows.flatMap((row) =>
    Object.values(row)
      .filter(isPassword)
      .map((value) => value.password),
  );
}

/** A file of configuration data by its path in the release. Pure. Error: release-invalid, naming row and column. */
export function readConfiguration(release: Release, path: string): ConfigurationFile {
  const file = release.texts.get(path);
  if (file === undefined) throw invalid(path, text('data.file-missing'));
  return parseConfiguration(path, file.content);
}

/** Parses configuration data. Pure. Error: release-invalid, naming row and column. */
export function parseConfiguration(path: string, content: string): ConfigurationFile {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, prettyErrors: false });
  const [problem] = document.errors;
  if (problem !== undefined) {
    const { line, col } = lines.linePos(problem.pos[0]);
    throw invalid(path, text('data.configuration.yaml', { line, column: col, problem: verbatim(problem.message) }));
  }
  const value: unknown = document.toJS();
  if (!isRecord(value)) throw invalid(path, text('data.configuration.shape'));
  for (const name of Object.keys(value)) {
    if (!['table', 'key', 'rows'].includes(name))
      throw invalid(path, text('data.configuration.unknown-field', { name }));
  }
  const { table, key, rows } = value;
  if (typeof table !== 'string' || !/^[^.\0]+(\.[^.\0]+)?$/.test(table))
    throw invalid(path, text('data.configuration.table'));
  if (!isNames(key) || new Set(key).size !== key.length) throw invalid(path, text('data.configuration.key'));
  if (!Array.isArray(rows)) throw invalid(path, text('data.configuration.rows'));
  const parsed = rows.map((row, index) => parseRow(path, key, row, index + 1));
  refuseDoubles(path, key, parsed);
  return { path, table, key, rows: parsed };
}

function parseRow(path: string, key: readonly string[], value: unknown, row: number): ConfigurationRow {
  if (!isRecord(value)) throw invalid(path, text('data.configuration.row', { row }));
  for (const [column, cell] of Object.entries(value)) {
    const words = cellProblem(cell, key.includes(column));
    if (words !== undefined) throw cellError(path, row, column, text(words));
  }
  for (const column of key) {
    if (value[column] === undefined) throw cellError(path, row, column, text('data.configuration.key-empty'));
  }
  return value as ConfigurationRow;
}

function cellProblem(cell: unknown, inKey: boolean) {
  if (cell === null) return inKey ? ('data.configuration.key-empty' as const) : undefined;
  if (typeof cell === 'string' || typeof cell === 'boolean') return undefined;
  if (typeof cell === 'number') return Number.isFinite(cell) ? undefined : ('data.configuration.cell' as const);
  if (!isRecord(cell) || Object.keys(cell).join() !== 'password') return 'data.configuration.cell' as const;
  if (typeof cell.password !== 'string' || !passwordEntry.test(cell.password))
    return 'data.configuration.password' as const;
  return inKey ? ('data.configuration.cell' as const) : undefined;
}

function refuseDoubles(path: string, key: readonly string[], rows: readonly ConfigurationRow[]): void {
  const seen = new Map<string, number>();
  for (const [index, row] of rows.entries()) {
    const identity = JSON.stringify(key.map((column) => row[column]));
    const first = seen.get(identity);
    if (first !== undefined)
      throw cellError(path, index + 1, key.join(', '), text('data.configuration.double', { row: first }));
    seen.set(identity, index + 1);
  }
}

/** A problem in one cell as the error that names file, row (from 1) and column. */
export function cellError(file: string, row: number, column: string, problem: Text): SitewrightError {
  return invalid(file, text('data.configuration.at', { row, column, problem }));
}

function invalid(file: string, problem: Text): SitewrightError {
  return new SitewrightError('release-invalid', { file, problem });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNames(value: unknown): value is string[] {
  return Array.isArray(value) && value.length > 0 && value.every((name) => typeof name === 'string' && name !== '');
}
