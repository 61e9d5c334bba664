import { type ClusterObject, type JsonObject, type ManagedFields, sameJson, timestamp } from '../model/objects.ts';
import {
  type FieldSet,
  fieldsOf,
  fieldWords,
  fromFieldsV1,
  reachesInto,
  removeField,
  toFieldsV1,
  valueAt,
} from './fields.ts';
import { mergeApplied } from './merge.ts';

export type Conflict = { readonly manager: string; readonly field: string };

/** Outcome of an apply: the merged object with its managers, or the fields that others own. */
export type Applied = { readonly object: ClusterObject; readonly conflicts: readonly Conflict[] };

type Owner = { readonly entry: ManagedFields; readonly fields: FieldSet };

const ownersOf = (object: ClusterObject | undefined): Owner[] =>
  (object?.metadata.managedFields ?? []).map((entry) => ({ entry, fields: fromFieldsV1(entry.fieldsV1) }));

const isApplier = (owner: Owner, manager: string): boolean =>
  owner.entry.operation === 'Apply' && owner.entry.manager === manager;

/**
 * Server-side apply of one manager's whole intent. Fields of another manager with another value are conflicts unless
 * forced; fields that this manager set before and leaves out now are removed when nobody else owns them.
 */
export function applyConfiguration(
  live: ClusterObject | undefined,
  applied: ClusterObject,
  manager: string,
  force: boolean,
): Applied {
  const wanted = fieldsOf(applied);
  const owners = ownersOf(live);
  const others = owners.filter((owner) => !isApplier(owner, manager));
  const contested = (field: string): boolean => !sameJson(valueAt(live, field), valueAt(applied, field));
  const conflicts: Conflict[] = [];
  for (const field of wanted) {
    const holders = others.filter((owner) => owner.fields.has(field));
    if (holders.length === 0 || !contested(field)) continue;
    for (const owner of holders) {
      if (force) owner.fields.delete(field);
      else conflicts.push({ manager: `"${owner.entry.manager}"`, field: fieldWords(field) });
    }
  }
  if (live === undefined) {
    const object = structuredClone(applied);
    object.metadata.managedFields = entriesOf([], entryFor(applied, manager, 'Apply', wanted, undefined));
    return { object, conflicts: [] };
  }
  if (conflicts.length > 0) return { object: live, conflicts };

  const own = owners.find((owner) => isApplier(owner, manager));
  const merged = structuredClone(mergeApplied(applied.kind, live, applied)) as ClusterObject;
  const dropped = [...(own?.fields ?? [])].filter(
    (field) => !wanted.has(field) && !others.some((owner) => owner.fields.has(field)),
  );
  // Whole list items first: what lies in them is then gone already.
  for (const field of dropped.toSorted((one, other) => Number(other.endsWith('.')) - Number(one.endsWith('.')))) {
    const kept =
      field.endsWith('\u0000.') &&
      [wanted, ...others.map((owner) => owner.fields)].some((fields) => reachesInto(fields, field));
    if (!kept && !hasInner(wanted, others, field)) removeField(merged as unknown as JsonObject, field);
  }
  const { metadata } = live;
  merged.metadata = {
    ...merged.metadata,
    name: metadata.name,
    ...(metadata.namespace === undefined ? {} : { namespace: metadata.namespace }),
  };
  merged.metadata.managedFields = entriesOf(others, entryFor(applied, manager, 'Apply', wanted, own));
  return { object: merged, conflicts: [] };
}

/** A field that was set as one value may now be set field by field; it stays then. */
function hasInner(wanted: FieldSet, others: readonly Owner[], field: string): boolean {
  const prefix = `${field}\u0000`;
  return [wanted, ...others.map((owner) => owner.fields)].some((fields) =>
    [...fields].some((each) => each.startsWith(prefix)),
  );
}

/** Records who changed what after a create, update or patch: the changed fields pass over to this manager. */
export function recordUpdate(live: ClusterObject | undefined, next: ClusterObject, manager: string): ManagedFields[] {
  const after = fieldsOf(next);
  const before = live === undefined ? new Set<string>() : fieldsOf(live);
  const changed = new Set(
    [...after].filter((field) => !before.has(field) || !sameJson(valueAt(live, field), valueAt(next, field))),
  );
  const owners = ownersOf(live);
  const own = owners.find((owner) => owner.entry.operation === 'Update' && owner.entry.manager === manager);
  const others = owners.filter((owner) => owner !== own);
  for (const { fields } of owners)
    for (const field of fields) if (changed.has(field) || !after.has(field)) fields.delete(field);
  const mine: FieldSet = new Set([...(own?.fields ?? []), ...changed]);
  return entriesOf(others, entryFor(next, manager, 'Update', mine, own));
}

function entryFor(
  object: ClusterObject,
  manager: string,
  operation: ManagedFields['operation'],
  fields: FieldSet,
  before: Owner | undefined,
): ManagedFields {
  const fieldsV1 = toFieldsV1(fields);
  const unchanged =
    before !== undefined && sameJson(before.entry.fieldsV1, fieldsV1) && before.entry.apiVersion === object.apiVersion;
  const time = unchanged ? before.entry.time : timestamp();
  return { manager, operation, apiVersion: object.apiVersion, time, fieldsType: 'FieldsV1', fieldsV1 };
}

function entriesOf(others: readonly Owner[], own: ManagedFields): ManagedFields[] {
  const entries = others
    .filter(({ fields }) => fields.size > 0)
    .map(({ entry, fields }) => ({ ...entry, fieldsV1: toFieldsV1(fields) }));
  const all = Object.keys(own.fieldsV1).length === 0 ? entries : [...entries, own];
  // A fixed order keeps the object equal when nothing changed.
  return all.toSorted((one, other) =>
    `${one.operation}/${one.manager}` < `${other.operation}/${other.manager}` ? -1 : 1,
  );
}
