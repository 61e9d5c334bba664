import { dependents, foregroundFinalizer, removeObject } from '../admission/removal.ts';
import { kindNamed } from '../model/kinds.ts';
import type { ClusterObject } from '../model/objects.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Controller } from './loop.ts';

/** Removes what belonged to owners that are gone, and owners that wait for what belongs to them. */
export function garbageController(store: ObjectStore): Controller {
  const exists = (uid: string): boolean => [...store.all()].some((object) => object.metadata.uid === uid);
  const remove = ({ kind, metadata }: ClusterObject): void => {
    if (metadata.deletionTimestamp === undefined) {
      removeObject(store, { kind: kindNamed(kind), namespace: metadata.namespace, name: metadata.name }, {});
    }
  };
  const waits = (object: ClusterObject): boolean =>
    object.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(foregroundFinalizer);

  return {
    name: 'garbage-collector',
    keysOf: ({ type, object }) => {
      const uid = object.metadata.uid ?? '';
      if (type === 'DELETED') return [uid, ...(object.metadata.ownerReferences ?? []).map((owner) => owner.uid)];
      return waits(object)
        ? [uid]
        : (object.metadata.ownerReferences ?? []).map((owner) => owner.uid).filter((owner) => !exists(owner));
    },
    reconcile: (uid) => {
      const owner = [...store.all()].find((object) => object.metadata.uid === uid);
      if (owner === undefined) {
        const orphans = [...store.all()].filter((object) =>
          object.metadata.ownerReferences?.some((reference) => reference.uid === uid),
        );
        for (const object of orphans)
          if (!object.metadata.ownerReferences?.some((reference) => exists(reference.uid))) remove(object);
        return undefined;
      }
      if (!waits(owner)) return undefined;
      const owned = dependents(store, owner);
      for (const object of owned) remove(object);
      if (owned.length > 0) return undefined;
      const left = (owner.metadata.finalizers ?? []).filter((finalizer) => finalizer !== foregroundFinalizer);
      if (left.length === 0) store.remove(owner);
      return undefined;
    },
  };
}
