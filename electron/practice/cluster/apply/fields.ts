import { isJsonObject, type JsonObject } from '../model/objects.ts';
import { itemKey, keyedItems, shapeOf } from './shape.ts';

/**
 * A set of fields: each a path of segments as FieldsV1 writes them (`f:name`, `k:{...}`, `v:...`, `.` for
 * a list item itself), joined by a character that no name contains.
 */
export type FieldSet = Set<string>;
const joint = '\u0000';

/** Fields that belong to the server and are never owned. */
const unowned = new Set([
  'apiVersion',
  'kind',
  'status',
  'metadata.name',
  'metadata.namespace',
  'metadata.generateName',
  'metadata.uid',
  'metadata.resourceVersion',
  'metadata.generation',
  'metadata.creationTimestamp',
  'metadata.deletionTimestamp',
  'metadata.deletionGracePeriodSeconds',
  'metadata.managedFields',
  'metadata.selfLink',
]);

/** Every field that an object sets. */
export function fieldsOf(object: { readonly kind: string }): FieldSet {
  const fields: FieldSet = new Set();
  const visit = (value: unknown, path: readonly string[], segments: readonly string[]): void => {
    if (value === undefined || value === null) return;
    const shape = shapeOf(object.kind, path, value);
    const here = segments.join(joint);
    if (shape === 'granular') {
      const entries = Object.entries(value as JsonObject).filter(([name]) => !unowned.has([...path, name].join('.')));
      if (Object.keys(value).length === 0 && path.length > 0) fields.add(here);
      for (const [name, inner] of entries) visit(inner, [...path, name], [...segments, `f:${name}`]);
    } else if (shape === 'set' && Array.isArray(value)) {
      for (const item of value) fields.add([...segments, `v:${JSON.stringify(item)}`].join(joint));
    } else if (Array.isArray(value) && Array.isArray(shape) && value.length > 0 && keyedItems(shape, value)) {
      for (const item of value) {
        const at = [...segments, `k:${JSON.stringify(itemKey(shape, item))}`];
        fields.add([...at, '.'].join(joint));
        for (const [name, inner] of Object.entries(item as JsonObject))
          visit(inner, [...path, name], [...at, `f:${name}`]);
      }
    } else fields.add(here);
  };
  visit(object, [], []);
  return fields;
}

/** The set as the `fieldsV1` of a managedFields entry. */
export function toFieldsV1(fields: FieldSet): JsonObject {
  const root: JsonObject = {};
  for (const field of [...fields].sort()) {
    let at = root;
    for (const segment of field.split(joint)) {
      const next = at[segment];
      if (isJsonObject(next)) at = next;
      else {
        const made: JsonObject = {};
        at[segment] = made;
        at = made;
      }
    }
  }
  return root;
}

export function fromFieldsV1(tree: JsonObject): FieldSet {
  const fields: FieldSet = new Set();
  const visit = (node: JsonObject, segments: readonly string[]): void => {
    const names = Object.keys(node);
    if (names.length === 0 && segments.length > 0) fields.add(segments.join(joint));
    for (const name of names) visit(node[name] as JsonObject, [...segments, name]);
  };
  visit(tree, []);
  return fields;
}

/** The value at a field, undefined when it is not there; for a list item itself whether it exists. */
export function valueAt(object: unknown, field: string): unknown {
  let at: unknown = object;
  for (const segment of field.split(joint)) {
    if (segment === '.') return at === undefined ? undefined : true;
    if (segment.startsWith('f:')) at = isJsonObject(at) ? at[segment.slice(2)] : undefined;
    else if (segment.startsWith('v:'))
      return Array.isArray(at) && at.includes(JSON.parse(segment.slice(2))) ? true : undefined;
    else at = itemOf(at, segment);
    if (at === undefined) return undefined;
  }
  return at;
}

function itemOf(list: unknown, segment: string): unknown {
  const keys = Object.keys(JSON.parse(segment.slice(2)) as JsonObject);
  return Array.isArray(list) ? list.find((item) => `k:${JSON.stringify(itemKey(keys, item))}` === segment) : undefined;
}

/** Takes a field out of an object, and what becomes empty by that. */
export function removeField(object: JsonObject, field: string): void {
  const remove = (at: unknown, segments: readonly string[]): void => {
    const [first = '', ...rest] = segments;
    if (first.startsWith('f:') && isJsonObject(at)) {
      const name = first.slice(2);
      if (rest.length > 0) remove(at[name], rest);
      const left = at[name];
      if (
        rest.length === 0 ||
        (isJsonObject(left) && Object.keys(left).length === 0) ||
        (Array.isArray(left) && left.length === 0)
      )
        delete at[name];
    } else if (first.startsWith('v:') && Array.isArray(at)) {
      const index = at.indexOf(JSON.parse(first.slice(2)));
      if (index >= 0) at.splice(index, 1);
    } else if (first.startsWith('k:') && Array.isArray(at)) {
      const item = itemOf(at, first);
      if (item === undefined) return;
      if (rest[0] === '.') at.splice(at.indexOf(item), 1);
      else remove(item, rest);
    }
  };
  remove(object, field.split(joint));
}

/** Whether any field of the set lies inside the list item whose own field (ending in `.`) this is. */
export function reachesInto(fields: FieldSet, itemField: string): boolean {
  const prefix = itemField.slice(0, -1);
  for (const field of fields) if (field.startsWith(prefix)) return true;
  return false;
}

/** The field as a person reads it: `.spec.template.spec.containers[name="api"].image`. */
export function fieldWords(field: string): string {
  return field
    .split(joint)
    .map((segment) => {
      if (segment === '.') return '';
      if (segment.startsWith('f:')) return `.${segment.slice(2)}`;
      if (segment.startsWith('v:')) return `[=${segment.slice(2)}]`;
      const keys = Object.entries(JSON.parse(segment.slice(2)) as JsonObject);
      return `[${keys.map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(',')}]`;
    })
    .join('');
}
