import { parseQuantity } from '../admission/quantity.ts';
import type { PersistentVolume, PersistentVolumeClaim } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';

const source = { component: 'persistentvolume-controller' };
const statically = 'kubernetes.io/no-provisioner';

/** Binds claims: to a volume that is there and fits, else to one that the class's provisioner makes on the node. */
export function claimController(store: ObjectStore, event: EventRecorder): Controller {
  const bind = (claim: PersistentVolumeClaim, volume: PersistentVolume): void => {
    const { namespace = '', name, uid } = claim.metadata;
    store.update('PersistentVolume', undefined, volume.metadata.name, (draft) => {
      draft.spec.claimRef = { namespace, name, ...(uid === undefined ? {} : { uid }) };
      draft.status = { phase: 'Bound' };
    });
    store.update('PersistentVolumeClaim', namespace, name, (draft) => {
      draft.spec.volumeName = volume.metadata.name;
      draft.status = {
        phase: 'Bound',
        accessModes: volume.spec.accessModes ?? [],
        capacity: { storage: volume.spec.capacity?.storage ?? '0' },
      };
    });
  };

  const pending = (claim: PersistentVolumeClaim, reason: string, message: string): undefined => {
    store.update('PersistentVolumeClaim', claim.metadata.namespace, claim.metadata.name, (draft) => {
      draft.status = { phase: 'Pending' };
    });
    event(claim, reason === 'WaitForFirstConsumer' ? 'Normal' : 'Warning', reason, message, source);
    return undefined;
  };

  const releaseVolumes = (): void => {
    for (const volume of store.list('PersistentVolume')) {
      const reference = volume.spec.claimRef;
      if (
        reference === undefined ||
        store.get('PersistentVolumeClaim', reference.namespace, reference.name)?.metadata.uid === reference.uid
      )
        continue;
      if (volume.spec.persistentVolumeReclaimPolicy === 'Delete') store.remove(volume);
      else if (volume.status?.phase === 'Bound') {
        store.update('PersistentVolume', undefined, volume.metadata.name, (draft) => {
          draft.status = { phase: 'Released' };
        });
      }
    }
  };

  return {
    name: 'claim-controller',
    keysOf: ({ type, object }) => {
      if (object.kind === 'PersistentVolumeClaim') return [keyOf(object)];
      const others =
        object.kind === 'StorageClass' ||
        object.kind === 'PersistentVolume' ||
        (object.kind === 'Pod' && type === 'ADDED');
      return others
        ? store
            .list('PersistentVolumeClaim')
            .filter((claim) => claim.status?.phase !== 'Bound')
            .map(keyOf)
        : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      for (const volume of store.list('PersistentVolume')) {
        if (volume.status === undefined) {
          store.update('PersistentVolume', undefined, volume.metadata.name, (draft) => {
            draft.status = { phase: 'Available' };
          });
        }
      }
      const claim = store.get('PersistentVolumeClaim', namespace, name);
      if (claim === undefined) {
        releaseVolumes();
        return undefined;
      }
      if (claim.status?.phase === 'Bound') return undefined;
      const className = claim.spec.storageClassName ?? '';
      const asked = claim.spec.resources?.requests?.storage ?? '0';
      const fits = (volume: PersistentVolume): boolean =>
        (volume.spec.claimRef === undefined ||
          (volume.spec.claimRef.namespace === namespace &&
            volume.spec.claimRef.name === name &&
            volume.spec.claimRef.uid === undefined)) &&
        (volume.spec.storageClassName ?? '') === className &&
        (claim.spec.accessModes ?? []).every((mode) => volume.spec.accessModes?.includes(mode)) &&
        (parseQuantity(volume.spec.capacity?.storage) ?? 0) >= (parseQuantity(asked) ?? 0);
      const kind = store.get('StorageClass', undefined, className);
      const users = store
        .list('Pod', namespace)
        .filter((pod) => pod.spec.volumes?.some((volume) => volume.persistentVolumeClaim?.claimName === name));
      if (kind?.volumeBindingMode === 'WaitForFirstConsumer' && users.length === 0) {
        return pending(claim, 'WaitForFirstConsumer', 'waiting for first consumer to be created before binding');
      }
      const smallest = store
        .list('PersistentVolume')
        .filter(fits)
        .toSorted(
          (one, other) =>
            (parseQuantity(one.spec.capacity?.storage) ?? 0) - (parseQuantity(other.spec.capacity?.storage) ?? 0),
        )[0];
      if (smallest !== undefined) return bind(claim, smallest) as undefined;
      if (kind === undefined && className !== '')
        return pending(claim, 'ProvisioningFailed', `storageclass.storage.k8s.io "${className}" not found`);
      if (kind === undefined || kind.provisioner === statically) {
        return pending(
          claim,
          'FailedBinding',
          'no persistent volumes available for this claim and no storage class is set',
        );
      }
      const volumeName = `pvc-${claim.metadata.uid}`;
      const volume = store.put({
        apiVersion: 'v1',
        kind: 'PersistentVolume',
        metadata: { name: volumeName, annotations: { 'pv.kubernetes.io/provisioned-by': kind.provisioner } },
        spec: {
          capacity: { storage: asked },
          accessModes: [...(claim.spec.accessModes ?? [])],
          storageClassName: className,
          persistentVolumeReclaimPolicy: kind.reclaimPolicy ?? 'Delete',
          hostPath: { path: `/var/lib/kubernetes-volumes/${volumeName}` },
        },
        status: { phase: 'Available' },
      } as PersistentVolume);
      bind(claim, volume as PersistentVolume);
      event(claim, 'Normal', 'ProvisioningSucceeded', `Successfully provisioned volume ${volumeName}`, source);
      return undefined;
    },
  };
}
