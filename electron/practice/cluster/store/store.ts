import { randomUUID } from 'node:crypto';
import type { ClusterObject } from '../model/objects.ts';
import { sameJson, timestamp } from '../model/objects.ts';
import type { ObjectOf } from '../model/workloads.ts';
import type { ObjectLog } from './log.ts';

/** One change, in the order in which it happened. */
export type Change = {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly object: ClusterObject;
  readonly version: number;
};

/** All objects of the cluster in memory, each change kept on disk first. What it hands out is frozen. */
export type ObjectStore = {
  readonly get: <K extends string>(kind: K, namespace: string | undefined, name: string) => ObjectOf<K> | undefined;
  /** All of a kind, in one namespace or in all, by name. */
  readonly list: <K extends string>(kind: K, namespace?: string) => ObjectOf<K>[];
  readonly all: () => IterableIterator<ClusterObject>;
  /** Stores a new or changed object under the next resource version. */
  readonly put: (object: ClusterObject) => ClusterObject;
  /** Changes a present object through a copy; nothing happens when the copy stays equal. */
  readonly update: <K extends string>(
    kind: K,
    namespace: string | undefined,
    name: string,
    change: (draft: ObjectOf<K>) => void,
  ) => ObjectOf<K> | undefined;
  readonly remove: (object: ClusterObject) => ClusterObject;
  /** Resource version of the newest change. */
  readonly version: () => number;
  /** Changes after a version; undefined when they are no longer all kept. */
  readonly since: (version: number) => readonly Change[] | undefined;
  /** Oldest version from which changes are still kept. */
  readonly oldest: () => number;
  /** Calls back after every change, in order; returns how to stop that. */
  readonly subscribe: (listener: (change: Change) => void) => () => void;
};

const keptChanges = 4000;

const keyOf = (kind: string, namespace: string | undefined, name: string): string =>
  `${kind}/${namespace ?? ''}/${name}`;

function freeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) freeze(inner);
  }
  return value;
}

export function openStore(log: ObjectLog): ObjectStore {
  const objects = new Map<string, Map<string, ClusterObject>>();
  const room = (kind: string): Map<string, ClusterObject> => {
    const found = objects.get(kind) ?? new Map<string, ClusterObject>();
    objects.set(kind, found);
    return found;
  };
  for (const [key, object] of log.objects) room(object.kind).set(key, freeze(object));
  let version = log.version;
  let changes: Change[] = [];
  let oldest = version;
  const listeners = new Set<(change: Change) => void>();

  const record = (type: Change['type'], object: ClusterObject): void => {
    const change = { type, object, version };
    changes.push(change);
    if (changes.length > keptChanges * 2) {
      changes = changes.slice(-keptChanges);
      oldest = (changes[0]?.version ?? 1) - 1;
    }
    for (const listener of [...listeners]) listener(change);
  };

  const store: ObjectStore = {
    get: <K extends string>(kind: K, namespace: string | undefined, name: string) =>
      room(kind).get(keyOf(kind, namespace, name)) as ObjectOf<K> | undefined,
    list: <K extends string>(kind: K, namespace?: string) =>
      [...room(kind).entries()]
        .filter(([, object]) => namespace === undefined || object.metadata.namespace === namespace)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, object]) => object as ObjectOf<K>),
    all: function* () {
      for (const inner of objects.values()) yield* inner.values();
    },
    put: (object) => {
      const { kind, metadata } = object;
      const key = keyOf(kind, metadata.namespace, metadata.name);
      const present = room(kind).has(key);
      version += 1;
      const stored = freeze({
        ...object,
        metadata: {
          ...metadata,
          uid: metadata.uid ?? randomUUID(),
          creationTimestamp: metadata.creationTimestamp ?? timestamp(),
          resourceVersion: String(version),
        },
      });
      log.append(version, key, stored);
      room(kind).set(key, stored);
      record(present ? 'MODIFIED' : 'ADDED', stored);
      return stored;
    },
    update: <K extends string>(
      kind: K,
      namespace: string | undefined,
      name: string,
      change: (draft: ObjectOf<K>) => void,
    ) => {
      const before = store.get(kind, namespace, name);
      if (before === undefined) return undefined;
      const draft = structuredClone(before) as ObjectOf<K>;
      change(draft);
      return sameJson(draft, before) ? before : (store.put(draft) as ObjectOf<K>);
    },
    remove: (object) => {
      const key = keyOf(object.kind, object.metadata.namespace, object.metadata.name);
      if (!room(object.kind).delete(key)) return object;
      version += 1;
      log.append(version, key, undefined);
      const last = freeze({ ...object, metadata: { ...object.metadata, resourceVersion: String(version) } });
      record('DELETED', last);
      return last;
    },
    version: () => version,
    since: (from) => (from < oldest || from > version ? undefined : changes.filter((change) => change.version > from)),
    oldest: () => oldest,
    subscribe: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  return store;
}
