import { removeObject } from '../admission/removal.ts';
import type { Writes } from '../admission/writes.ts';
import { kindNamed } from '../model/kinds.ts';
import type { ObjectStore } from '../store/store.ts';
import type { Controller } from './loop.ts';

/** Gives every namespace its default account and the cluster's CA, and empties one that is deleted. */
export function namespaceController(store: ObjectStore, writes: Writes, authority: string): Controller {
  const manager = 'kube-controller-manager';
  return {
    name: 'namespace-controller',
    keysOf: ({ type, object }) => {
      if (object.kind === 'Namespace') return [object.metadata.name];
      return type === 'DELETED' && object.metadata.namespace !== undefined ? [object.metadata.namespace] : [];
    },
    reconcile: (name) => {
      const namespace = store.get('Namespace', undefined, name);
      if (namespace === undefined) return undefined;
      if (namespace.metadata.deletionTimestamp === undefined) {
        if (store.get('ServiceAccount', name, 'default') === undefined) {
          writes.create(kindNamed('ServiceAccount'), name, { metadata: { name: 'default' } }, { manager });
        }
        if (store.get('ConfigMap', name, 'kube-root-ca.crt') === undefined) {
          const data = { 'ca.crt': authority };
          writes.create(kindNamed('ConfigMap'), name, { metadata: { name: 'kube-root-ca.crt' }, data }, { manager });
        }
        return undefined;
      }
      const inside = [...store.all()].filter((object) => object.metadata.namespace === name);
      for (const { kind, metadata } of inside) {
        if (metadata.deletionTimestamp === undefined && store.get(kind, name, metadata.name) !== undefined) {
          removeObject(store, { kind: kindNamed(kind), namespace: name, name: metadata.name }, {});
        }
      }
      if ([...store.all()].every((object) => object.metadata.namespace !== name)) store.remove(namespace);
      return undefined;
    },
  };
}
