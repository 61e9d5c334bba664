import {
  databaseEndpointSchema,
  hostSchema,
  kubernetesEndpointSchema,
  registryEndpointSchema,
} from '../../../electron/contract/site.ts';
import { type Text, text } from '../../../electron/contract/text.ts';
import type { UiKey } from '../../i18n/text.ts';
import { changeOf, type HostDraft, hostOf, type InventoryDraft } from './draft.ts';

/** What is wrong with a field: the engine's words for cells of the table, the wizard's own for the rest. */
export type Problem = Text | UiKey;
/** Problems by field: `title`, `hosts.<id>.<column>`, `registry.url`. */
export type Problems = ReadonlyMap<string, Problem>;

export const hostColumns = ['name', 'address', 'port', 'user', 'credential', 'roles', 'become'] as const;
export type HostColumn = (typeof hostColumns)[number];

/** Every wrong field of the draft, judged by the contract's own schemas. */
export function problemsOf(draft: InventoryDraft): Problems {
  const problems = new Map<string, Problem>();
  const change = changeOf(draft);
  if (change.title === '') problems.set('title', text('run.inventory.empty'));
  for (const host of draft.hosts)
    for (const column of wrongColumns(host)) problems.set(`hosts.${host.id}.${column}`, columnProblem(host, column));
  for (const [key, row] of doubles(draft.hosts)) problems.set(key, text('run.inventory.double', { row }));
  const endpoints = [
    ['registry', draft.registry, registryEndpointSchema, change.registry],
    ['kubernetes', draft.kubernetes, kubernetesEndpointSchema, change.kubernetes],
    ['database', draft.database, databaseEndpointSchema, change.database],
  ] as const;
  for (const [name, typed, schema, value] of endpoints) {
    if (typed === undefined) continue;
    const fields = typed as Readonly<Record<string, unknown>>;
    const wrong = new Set((schema.safeParse(value).error?.issues ?? []).map((issue) => String(issue.path[0])));
    // The schema leaves these open; an endpoint without them cannot be reached.
    for (const field of ['user', 'address']) if (fields[field] === '') wrong.add(field);
    for (const field of wrong) problems.set(`${name}.${field}`, endpointProblem(field, String(fields[field] ?? '')));
  }
  return problems;
}

function wrongColumns(host: HostDraft): ReadonlySet<HostColumn> {
  const { error } = hostSchema.safeParse(hostOf(host));
  return new Set((error?.issues ?? []).map((issue) => String(issue.path[0]) as HostColumn));
}

function columnProblem(host: HostDraft, column: HostColumn): Text {
  return host[column].length === 0 ? text('run.inventory.empty') : text(`run.inventory.${column}`);
}

/** Names, and addresses with their port, that an earlier row has already; rows count from 1 as shown. */
function doubles(hosts: readonly HostDraft[]): ReadonlyMap<string, number> {
  const seen = new Map<string, number>();
  const found = new Map<string, number>();
  for (const [at, host] of hosts.entries()) {
    const keys = {
      name: host.name.trim(),
      address: host.address.trim() && `${host.address.trim()}:${host.port.trim()}`,
    };
    for (const column of ['name', 'address'] as const) {
      if (keys[column] === '') continue;
      const key = `${column} ${keys[column]}`;
      const first = seen.get(key);
      if (first === undefined) seen.set(key, at + 1);
      else found.set(`hosts.${host.id}.${column}`, first);
    }
  }
  return found;
}

function endpointProblem(field: string, value: string): Problem {
  if (field === 'url' || field === 'server') return 'inventory.problem.url';
  if (value.trim() === '') return text('run.inventory.empty');
  return field === 'port' ? text('run.inventory.port') : 'inventory.problem.value';
}
