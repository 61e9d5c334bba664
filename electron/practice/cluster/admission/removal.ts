import { notFound, stale } from '../api/problem.ts';
import { type ClusterObject, timestamp } from '../model/objects.ts';
import { isFinished, type Pod } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Place } from './writes.ts';

/** How to delete: what becomes of owned objects, seconds that a pod has to end, and which state is meant. */
export type RemovalOptions = {
  readonly propagation?: 'Background' | 'Foreground' | 'Orphan';
  readonly graceSeconds?: number;
  readonly dryRun?: boolean;
  readonly uid?: string;
  readonly resourceVersion?: string;
};

export const foregroundFinalizer = 'foregroundDeletion';

/** Deletes an object, or marks it as going when something still has to happen first. Errors: 404, 409. */
export function removeObject(
  store: ObjectStore,
  { kind, namespace, name }: Place,
  options: RemovalOptions,
): ClusterObject {
  const live = store.get(kind.kind, namespace, name);
  if (live === undefined) throw notFound(kind, name);
  const wrongUid = options.uid !== undefined && options.uid !== live.metadata.uid;
  const wrongVersion =
    options.resourceVersion !== undefined && options.resourceVersion !== live.metadata.resourceVersion;
  if (wrongUid || wrongVersion) throw stale(kind, name);
  if (options.dryRun === true) return live;
  if (options.propagation === 'Orphan') orphan(store, live);
  if (kind.kind === 'Pod') return removePod(store, live as Pod, options.graceSeconds);
  if (kind.kind === 'Namespace') {
    return mark(store, live, (draft) => {
      draft.status = { phase: 'Terminating' };
    });
  }
  if (options.propagation === 'Foreground' && dependents(store, live).length > 0) {
    return mark(store, live, (draft) => {
      draft.metadata.finalizers = [...new Set([...(draft.metadata.finalizers ?? []), foregroundFinalizer])];
    });
  }
  return (live.metadata.finalizers ?? []).length > 0 ? mark(store, live, () => undefined) : store.remove(live);
}

/** Objects that name this one among their owners. */
export function dependents(store: ObjectStore, owner: ClusterObject): ClusterObject[] {
  return [...store.all()].filter((object) =>
    object.metadata.ownerReferences?.some((reference) => reference.uid === owner.metadata.uid),
  );
}

function mark(
  store: ObjectStore,
  live: ClusterObject,
  change: (draft: ClusterObject) => void,
  grace = 0,
): ClusterObject {
  const { kind, metadata } = live;
  const marked = store.update(kind, metadata.namespace, metadata.name, (draft) => {
    draft.metadata.deletionTimestamp ??= timestamp(Date.now() + grace * 1000);
    draft.metadata.deletionGracePeriodSeconds = grace;
    change(draft as ClusterObject);
  });
  return (marked ?? live) as ClusterObject;
}

function removePod(store: ObjectStore, pod: Pod, asked: number | undefined): ClusterObject {
  const grace = asked ?? pod.spec.terminationGracePeriodSeconds ?? 30;
  if (grace === 0 || pod.spec.nodeName === undefined || isFinished(pod)) return store.remove(pod);
  const already = pod.metadata.deletionGracePeriodSeconds;
  return already !== undefined && already <= grace ? pod : mark(store, pod, () => undefined, grace);
}

function orphan(store: ObjectStore, owner: ClusterObject): void {
  for (const { kind, metadata } of dependents(store, owner)) {
    store.update(kind, metadata.namespace, metadata.name, (draft) => {
      const left = (draft.metadata.ownerReferences ?? []).filter((reference) => reference.uid !== owner.metadata.uid);
      if (left.length > 0) draft.metadata.ownerReferences = left;
      else delete draft.metadata.ownerReferences;
    });
  }
}
