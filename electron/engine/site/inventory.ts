import { parse as parseCsv } from 'csv-parse/sync';
import readXlsx from 'read-excel-file/node';
import { parse as parseYaml } from 'yaml';
import { SitewrightError } from '../../contract/errors.ts';
import { type Host, hostSchema } from '../../contract/site.ts';
import { say, text, type Text } from '../../contract/text.ts';

export const inventoryFormats = ['csv', 'xlsx', 'yaml'] as const;
export type InventoryFormat = (typeof inventoryFormats)[number];

/** The columns of an inventory table, in the order of the example. */
export const inventoryColumns = ['name', 'address', 'port', 'user', 'credential', 'roles', 'become'] as const;
type Column = (typeof inventoryColumns)[number];

/** What is wrong with one cell. Rows count from 1, the header line included, as a spreadsheet shows them. */
export type CellProblem = { readonly row: number; readonly column: string; readonly value: string; readonly problem: Text };

/** The example to download is an import that works. */
export const inventoryExample = `${inventoryColumns.join(',')}
app-01,10.20.0.11,22,root,ssh,control-plane worker,root
app-02,10.20.0.12,22,deploy,ssh,worker,sudo-password
data-01,10.20.0.21,22,root,ssh,database registry monitoring,root
`;

type Cells = { readonly row: number; readonly cells: Readonly<Record<string, string>> };

/** Reads an inventory; every wrong cell is named, and hosts are returned only when none is wrong. */
export async function readInventory(
  content: Uint8Array,
  format: InventoryFormat,
): Promise<{ readonly hosts: readonly Host[]; readonly problems: readonly CellProblem[] }> {
  const problems: CellProblem[] = [];
  const rows = await readRows(content, format, problems);
  const hosts: Host[] = [];
  const seen = { name: new Map<string, number>(), address: new Map<string, number>() };
  for (const { row, cells } of rows) {
    const unknown = Object.keys(cells).filter((column) => !inventoryColumns.includes(column as Column));
    for (const column of unknown) problems.push({ row, column, value: cells[column] ?? '', problem: text('run.inventory.unknown-column') });
    const parsed = hostSchema.safeParse(hostOf(cells));
    if (!parsed.success) {
      const columns = new Set(parsed.error.issues.map((issue) => String(issue.path[0])));
      for (const column of columns) {
        const value = cells[column] ?? '';
        problems.push({ row, column, value, problem: value === '' ? text('run.inventory.empty') : text(`run.inventory.${column as Column}`) });
      }
    }
    for (const column of ['name', 'address'] as const) {
      const value = column === 'address' ? `${cells.address}:${cells.port || 22}` : (cells.name ?? '');
      const first = seen[column].get(value);
      if (first !== undefined && cells[column] !== '') {
        problems.push({ row, column, value: cells[column] ?? '', problem: text('run.inventory.double', { row: first }) });
      } else seen[column].set(value, row);
    }
    if (parsed.success) hosts.push(parsed.data);
  }
  if (rows.length === 0 && problems.length === 0) {
    problems.push({ row: 1, column: 'name', value: '', problem: text('run.inventory.no-rows') });
  }
  return { hosts: problems.length === 0 ? hosts : [], problems };
}

/** The problems as one error, for a face that shows no table. */
export function inventoryError(problems: readonly CellProblem[]): SitewrightError {
  const line = (locale: 'zh-CN' | 'en-US') =>
    problems
      .slice(0, 20)
      .map((cell) => say(locale, text('run.inventory.cell', { ...cell })))
      .join(locale === 'zh-CN' ? ';' : '; ');
  return new SitewrightError('inventory-invalid', {
    count: problems.length,
    problems: { 'zh-CN': line('zh-CN'), 'en-US': line('en-US') },
  });
}

function hostOf(cells: Readonly<Record<string, string>>): unknown {
  return {
    name: cells.name,
    address: cells.address,
    user: cells.user,
    credential: cells.credential,
    roles: (cells.roles ?? '').split(/[\s,;|]+/).filter((role) => role !== ''),
    ...(cells.port ? { port: Number(cells.port) } : {}),
    ...(cells.become ? { become: cells.become } : {}),
  };
}

async function readRows(content: Uint8Array, format: InventoryFormat, problems: CellProblem[]): Promise<readonly Cells[]> {
  try {
    if (format === 'csv') return tableRows(parseCsv(Buffer.from(content), { bom: true, relax_column_count: true, skip_empty_lines: false }) as string[][], problems);
    if (format === 'xlsx') {
      const sheets = (await readXlsx(Buffer.from(content))) as unknown;
      const rows = (Array.isArray(sheets) && sheets[0] && !Array.isArray(sheets[0]) ? (sheets[0] as { data: unknown[][] }).data : sheets) as unknown[][];
      return tableRows(rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '' : String(cell)))), problems);
    }
    return yamlRows(parseYaml(Buffer.from(content).toString('utf8')), problems);
  } catch (error) {
    problems.push({ row: 1, column: '', value: format, problem: text('run.inventory.unreadable', { detail: error instanceof Error ? error.message : '' }) });
    return [];
  }
}

function tableRows(table: readonly (readonly string[])[], problems: CellProblem[]): readonly Cells[] {
  const header = (table[0] ?? []).map((cell) => cell.trim().toLowerCase());
  for (const column of ['name', 'address', 'user', 'credential', 'roles'] as const) {
    if (!header.includes(column)) problems.push({ row: 1, column, value: '', problem: text('run.inventory.missing-column') });
  }
  if (problems.length > 0) return [];
  return table
    .map((cells, index) => ({ row: index + 1, cells: Object.fromEntries(header.map((column, at) => [column, (cells[at] ?? '').trim()])) }))
    .slice(1)
    .filter(({ cells }) => Object.values(cells).some((cell) => cell !== ''));
}

function yamlRows(document: unknown, problems: CellProblem[]): readonly Cells[] {
  const hosts = (document as { hosts?: unknown } | null)?.hosts ?? document;
  if (!Array.isArray(hosts)) {
    problems.push({ row: 1, column: 'hosts', value: '', problem: text('run.inventory.missing-column') });
    return [];
  }
  return hosts.map((host: unknown, index) => ({
    row: index + 1,
    cells: Object.fromEntries(
      Object.entries((host ?? {}) as Record<string, unknown>).map(([column, value]) => [column, Array.isArray(value) ? value.join(' ') : String(value ?? '')]),
    ),
  }));
}
