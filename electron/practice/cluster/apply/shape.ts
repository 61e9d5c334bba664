import { isJsonObject, type JsonObject } from '../model/objects.ts';

/**
 * How a field of an object takes part in a merge: `granular` maps field by field, `atomic` as one value,
 * `set` as a list of single values, otherwise a list whose items are known by these keys.
 */
export type Shape = 'granular' | 'atomic' | 'set' | readonly string[];

const podLists: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  volumes: ['name'],
  imagePullSecrets: ['name'],
  env: ['name'],
  volumeMounts: ['mountPath'],
  volumeDevices: ['devicePath'],
  hostAliases: ['ip'],
  topologySpreadConstraints: ['topologyKey', 'whenUnsatisfiable'],
};
const podKinds = new Set(['Pod', 'Deployment', 'ReplicaSet', 'Job']);
const atomicMaps = new Set([
  'nodeSelector',
  'configMapKeyRef',
  'secretKeyRef',
  'fieldRef',
  'resourceFieldRef',
  'roleRef',
  'claimRef',
  'labelSelector',
]);

/** The shape of a field, by the names on the way to it (list items left out). */
export function shapeOf(kind: string, path: readonly string[], value: unknown): Shape {
  const name = path.at(-1) ?? '';
  const whole = path.join('.');
  if (Array.isArray(value)) {
    if (whole === 'metadata.ownerReferences') return ['uid'];
    if (whole === 'metadata.finalizers') return 'set';
    if (whole === 'status.conditions') return ['type'];
    if (kind === 'Service' && whole === 'spec.ports') return ['port', 'protocol'];
    if (kind === 'PrometheusRule' && whole === 'spec.groups') return ['name'];
    if (podKinds.has(kind)) {
      if (name === 'ports' && path.at(-2)?.toLowerCase().endsWith('containers')) return ['containerPort', 'protocol'];
      return podLists[name] ?? 'atomic';
    }
    return 'atomic';
  }
  if (!isJsonObject(value)) return 'atomic';
  if (whole === 'spec.selector' || whole === 'spec.podSelector' || atomicMaps.has(name)) return 'atomic';
  return 'granular';
}

/** The values by which a list item is known, absent when one is missing. A port without protocol is TCP. */
export function itemKey(keys: readonly string[], item: unknown): JsonObject | undefined {
  if (!isJsonObject(item)) return undefined;
  const found: JsonObject = {};
  for (const key of [...keys].sort()) {
    const value = item[key] ?? (key === 'protocol' ? 'TCP' : undefined);
    if (value === undefined) return undefined;
    found[key] = value;
  }
  return found;
}

/** Whether every item of the list can be told from the others; a list that cannot is merged as one value. */
export function keyedItems(keys: readonly string[], list: readonly unknown[]): boolean {
  const seen = list.map((item) => JSON.stringify(itemKey(keys, item)));
  return seen.every((key) => key !== undefined) && new Set(seen).size === seen.length;
}
