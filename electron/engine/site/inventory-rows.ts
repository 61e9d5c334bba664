import { parse as parseCsv } from 'csv-parse/sync';
import { parse as parseYaml } from 'yaml';
import { type Text, text } from '../../contract/text.ts';

export const inventoryFormats = ['csv', 'xlsx', 'yaml'] as const;
export type InventoryFormat = (typeof inventoryFormats)[number];

/** The columns of an inventory table, in the order of the example. */
export const inventoryColumns = ['name', 'address', 'port', 'user', 'credential', 'roles', 'become'] as const;
export type InventoryColumn = (typeof inventoryColumns)[number];

const demanded = ['name', 'address', 'user', 'credential', 'roles'] as const;

/** What is wrong with one cell. Rows count from 1, the header line included, as a spreadsheet shows them; of YAML, hosts count. */
export type CellProblem = {
  readonly row: number;
  readonly column: string;
  readonly value: string;
  readonly problem: Text;
};

/** One row by its columns; only known columns are in it. */
export type InventoryRow = { readonly row: number; readonly cells: Readonly<Partial<Record<InventoryColumn, string>>> };

export type InventoryRows = { readonly rows: readonly InventoryRow[]; readonly problems: readonly CellProblem[] };

/** Reads a file as rows of cells. What the file's shape gets wrong is a problem, never an error. */
export async function readInventoryRows(content: Uint8Array, format: InventoryFormat): Promise<InventoryRows> {
  try {
    if (format === 'yaml')
      return yamlRows(
        parseYaml(
          Buffer.from(content)
            .toString('utf8')
            .replace(/^\ufeff/, ''),
        ),
      );
    return tableRows(format === 'csv' ? csvTable(content) : await xlsxTable(content));
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    return {
      rows: [],
      problems: [{ row: 1, column: '', value: format, problem: text('run.inventory.unreadable', { detail }) }],
    };
  }
}

function csvTable(content: Uint8Array): readonly (readonly string[])[] {
  return parseCsv(Buffer.from(content), { bom: true, relax_column_count: true, skip_empty_lines: false }) as string[][];
}

async function xlsxTable(content: Uint8Array): Promise<readonly (readonly string[])[]> {
  const { default: readXlsx } = await import('read-excel-file/node');
  const [sheet] = await readXlsx(Buffer.from(content));
  return (sheet?.data ?? []).map((row) => row.map((cell) => (cell === null || cell === undefined ? '' : String(cell))));
}

function tableRows(table: readonly (readonly string[])[]): InventoryRows {
  const problems: CellProblem[] = [];
  const isEmpty = (cells: readonly string[]) => cells.every((cell) => cell.trim() === '');
  const top = Math.max(
    0,
    table.findIndex((cells) => !isEmpty(cells)),
  );
  const header = (table[top] ?? []).map((cell) => cell.trim().toLowerCase());
  for (const [at, column] of header.entries()) {
    if (column === '') continue;
    if (!isColumn(column))
      problems.push({ row: top + 1, column, value: column, problem: text('run.inventory.unknown-column') });
    else if (header.indexOf(column) < at)
      problems.push({ row: top + 1, column, value: column, problem: text('run.inventory.double', { row: top + 1 }) });
  }
  for (const column of demanded) {
    if (!header.includes(column))
      problems.push({ row: top + 1, column, value: '', problem: text('run.inventory.missing-column') });
  }
  if (demanded.some((column) => !header.includes(column))) return { rows: [], problems };
  const rows: InventoryRow[] = [];
  for (const [at, written] of table.entries()) {
    if (at <= top || isEmpty(written)) continue;
    const cells: Partial<Record<InventoryColumn, string>> = {};
    for (const [place, cell] of written.entries()) {
      const column = header[place] ?? '';
      if (isColumn(column)) cells[column] = cell.trim();
      // A cell under no header is one too many: often a comma without quotes has moved the row.
      else if (column === '' && cell.trim() !== '') {
        problems.push({
          row: at + 1,
          column: String(place + 1),
          value: cell,
          problem: text('run.inventory.unknown-column'),
        });
      }
    }
    rows.push({ row: at + 1, cells });
  }
  return { rows, problems };
}

function yamlRows(document: unknown): InventoryRows {
  const hosts = (document as { hosts?: unknown } | null)?.hosts ?? document;
  if (!Array.isArray(hosts))
    return {
      rows: [],
      problems: [{ row: 1, column: 'hosts', value: '', problem: text('run.inventory.missing-column') }],
    };
  const problems: CellProblem[] = [];
  const rows = hosts.map((host: unknown, at) => {
    const cells: Partial<Record<InventoryColumn, string>> = {};
    for (const [column, value] of Object.entries((host ?? {}) as Record<string, unknown>)) {
      const words = Array.isArray(value) ? value.join(' ') : String(value ?? '').trim();
      if (isColumn(column)) cells[column] = words;
      else problems.push({ row: at + 1, column, value: words, problem: text('run.inventory.unknown-column') });
    }
    return { row: at + 1, cells };
  });
  return { rows, problems };
}

function isColumn(name: string): name is InventoryColumn {
  return inventoryColumns.some((column) => column === name);
}
