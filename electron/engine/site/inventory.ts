import { isIP } from 'node:net';
import { SitewrightError } from '../../contract/errors.ts';
import { type Host, hostSchema } from '../../contract/site.ts';
import { say, text } from '../../contract/text.ts';
import {
  type CellProblem,
  type InventoryColumn,
  type InventoryFormat,
  type InventoryRow,
  inventoryColumns,
  readInventoryRows,
} from './inventory-rows.ts';

export { type CellProblem, type InventoryFormat, inventoryColumns, inventoryFormats } from './inventory-rows.ts';

/** The example to download is an import that works. */
export const inventoryExample = `${inventoryColumns.join(',')}
app-01,10.20.0.11,22,root,ssh,control-plane worker,root
app-02,10.20.0.12,22,deploy,ssh,worker,sudo-password
data-01,10.20.0.21,22,root,ssh,database registry monitoring,root
`;

/** Reads an inventory; every wrong cell is named, and hosts are returned only when none is wrong. */
export async function readInventory(
  content: Uint8Array,
  format: InventoryFormat,
): Promise<{
  readonly hosts: readonly Host[];
  readonly problems: readonly CellProblem[];
  readonly rows: readonly InventoryRow[];
}> {
  const { rows, problems: misshapen } = await readInventoryRows(content, format);
  const hosts: Host[] = [];
  const wrong: CellProblem[] = [];
  for (const row of rows) {
    const parsed = hostSchema.safeParse(hostOf(row.cells));
    if (parsed.success) hosts.push(parsed.data);
    const columns = new Set(
      parsed.success ? [] : parsed.error.issues.map((issue) => String(issue.path[0]) as InventoryColumn),
    );
    for (const column of ['address', 'user'] as const)
      if (row.cells[column] && !looksRight[column](row.cells[column])) columns.add(column);
    for (const column of inventoryColumns) if (columns.has(column)) wrong.push(problemOf(row, column));
  }
  const problems = [...misshapen, ...wrong, ...doubles(rows)].sort((a, b) => a.row - b.row);
  if (rows.length === 0 && problems.length === 0) {
    problems.push({ row: 1, column: 'name', value: '', problem: text('run.inventory.no-rows') });
  }
  return { hosts: problems.length === 0 ? hosts : [], problems, rows };
}

/** The problems as one error, for a face that shows no table. */
export function inventoryError(problems: readonly CellProblem[]): SitewrightError {
  const line = (locale: 'zh-CN' | 'en-US') =>
    problems
      .slice(0, 20)
      .map((cell) => say(locale, text('run.inventory.cell', { ...cell })))
      .join(locale === 'zh-CN' ? '；' : '; ');
  return new SitewrightError('inventory-invalid', {
    count: problems.length,
    problems: { 'zh-CN': line('zh-CN'), 'en-US': line('en-US') },
  });
}

/** What a site file may say more freely, a table is held to: a slip in a cell is found before anything is connected. */
const looksRight = {
  address: (value: string) => isIP(value) > 0 || (hostName.test(value) && !/^[\d.]+$/.test(value)),
  user: (value: string) => !/[\s:]/.test(value),
} as const;
const hostName = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i;

function hostOf(cells: InventoryRow['cells']): unknown {
  const { port, roles = '', become, ...words } = cells;
  return {
    ...words,
    roles: roles.split(/[\s,;|]+/).filter((role) => role !== ''),
    ...(port ? { port: /^\d+$/.test(port) ? Number(port) : Number.NaN } : {}),
    ...(become ? { become } : {}),
  };
}

function problemOf({ row, cells }: InventoryRow, column: InventoryColumn): CellProblem {
  const value = cells[column] ?? '';
  return { row, column, value, problem: value === '' ? text('run.inventory.empty') : text(`run.inventory.${column}`) };
}

/** Names, and addresses with their port, that an earlier row has already. */
function doubles(rows: readonly InventoryRow[]): readonly CellProblem[] {
  const seen = new Map<string, number>();
  return rows.flatMap(({ row, cells }) =>
    (['name', 'address'] as const).flatMap((column) => {
      const value = cells[column];
      if (!value) return [];
      const key = column === 'name' ? `name ${value}` : `address ${value}:${cells.port || 22}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, row);
      return first === undefined ? [] : [{ row, column, value, problem: text('run.inventory.double', { row: first }) }];
    }),
  );
}
