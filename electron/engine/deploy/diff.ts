import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { isRecord, type JsonRecord } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import { sameQuantity } from './quantity.ts';

/** One field that differs; `from` is missing when it is new, `to` when it goes. Values of Secrets are never told. */
export type FieldChange = { readonly path: string; readonly from?: string; readonly to?: string };
export type ObjectDiff = {
  /** As `nameOf` says it. */
  readonly object: string;
  readonly state: 'created' | 'changed' | 'unchanged' | 'removed';
  readonly changes: readonly FieldChange[];
};

type Compare = {
  /** Also report fields that only the live object has: for two objects that both come from the server. */
  readonly complete: boolean;
  readonly secret: boolean;
};

/** What the server keeps for itself; never a difference. */
const bookkeeping = new Set([
  'status',
  'metadata.managedFields',
  'metadata.resourceVersion',
  'metadata.uid',
  'metadata.creationTimestamp',
  'metadata.generation',
  'metadata.selfLink',
]);

/** Fields that identify an item of a list, the first that fits all items counts. */
const itemKeys = ['name', 'mountPath', 'devicePath', 'containerPort', 'port', 'topologyKey', 'ip', 'uid'];

/**
 * What an apply changes, field by field. Without `complete` only fields that the manifest sets are looked at; with it,
 * `desired` is the server's answer to a dry run, so that a field that goes away shows too.
 */
export function diffObject(
  desired: KubernetesObject,
  live: KubernetesObject | undefined,
  options: { readonly complete?: boolean } = {},
): ObjectDiff {
  const object = nameOf(referenceOf(desired));
  if (live === undefined) return { object, state: 'created', changes: [] };
  const changes = compare(desired, live, '', {
    complete: options.complete === true,
    secret: desired.kind === 'Secret',
  });
  return { object, state: changes.length === 0 ? 'unchanged' : 'changed', changes };
}

/** The differences as lines for the evidence: `+` created, `~` changed with each field, `-` removed, `=` unchanged. */
export function diffText(differences: readonly ObjectDiff[]): string {
  const signs = { created: '+', changed: '~', unchanged: '=', removed: '-' } as const;
  const lines = differences.flatMap(({ object, state, changes }) => [
    `${signs[state]} ${object}`,
    ...changes.map(({ path, from, to }) => `    ${path}: ${from ?? '(none)'} -> ${to ?? '(none)'}`),
  ]);
  return `${lines.join('\n')}\n`;
}

function compare(desired: unknown, live: unknown, path: string, how: Compare): readonly FieldChange[] {
  if (bookkeeping.has(path) || (isEmpty(desired) && isEmpty(live))) return [];
  if (isRecord(desired) && isRecord(live)) return compareRecords(desired, live, path, how);
  if (Array.isArray(desired) && Array.isArray(live)) return compareLists(desired, live, path, how);
  if (sameScalar(desired, live, path)) return [];
  const from = shown(live, path, how);
  const to = shown(desired, path, how);
  return [{ path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }];
}

function compareRecords(desired: JsonRecord, live: JsonRecord, path: string, how: Compare): readonly FieldChange[] {
  const keys = how.complete ? new Set([...Object.keys(desired), ...Object.keys(live)]) : new Set(Object.keys(desired));
  return [...keys].flatMap((key) => compare(desired[key], live[key], join(path, key), how));
}

function compareLists(
  desired: readonly unknown[],
  live: readonly unknown[],
  path: string,
  how: Compare,
): readonly FieldChange[] {
  const key = itemKeys.find((candidate) => identifies(candidate, desired) && identifies(candidate, live));
  if (key === undefined) {
    const length = Math.max(desired.length, live.length);
    return Array.from({ length }, (_, index) => compare(desired[index], live[index], `${path}[${index}]`, how)).flat();
  }
  const items = (list: readonly unknown[]): Map<unknown, unknown> =>
    new Map(list.map((item) => [isRecord(item) ? item[key] : undefined, item]));
  const wanted = items(desired);
  const present = items(live);
  // In a list with keys another manager may have items of its own, such as a container that a mesh adds.
  const names = how.complete ? new Set([...wanted.keys(), ...present.keys()]) : new Set(wanted.keys());
  return [...names].flatMap((name) =>
    compare(wanted.get(name), present.get(name), `${path}[${key}=${String(name)}]`, how),
  );
}

function identifies(key: string, list: readonly unknown[]): boolean {
  const values = list.map((item) => (isRecord(item) ? item[key] : undefined));
  return values.length > 0 && values.every((value) => value !== undefined) && new Set(values).size === values.length;
}

function sameScalar(desired: unknown, live: unknown, path: string): boolean {
  if (desired === live) return true;
  const quantity = /\.(requests|limits|capacity|hard)\./.test(path) || path.endsWith('.sizeLimit');
  return quantity && sameQuantity(desired, live);
}

/** The server drops what is empty. */
function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return Array.isArray(value) ? value.length === 0 : isRecord(value) && Object.keys(value).length === 0;
}

function shown(value: unknown, path: string, how: Compare): string | undefined {
  if (value === undefined) return undefined;
  if (how.secret && /^(data|stringData)(\.|$)/.test(path)) return '(hidden)';
  const words = typeof value === 'string' ? value : JSON.stringify(value);
  return words.length > 200 ? `${words.slice(0, 200)}…` : words;
}

function join(path: string, key: string): string {
  if (path === '') return key;
  return /^[\w-]+$/.test(key) ? `${path}.${key}` : `${path}["${key}"]`;
}
