import { removeObject } from '../admission/removal.ts';
import type { Writes } from '../admission/writes.ts';
import { kindNamed } from '../model/kinds.ts';
import { type ClusterObject, conditionOf, controllerOf, controllerReference } from '../model/objects.ts';
import { isActive, isReady, type Pod, type PodTemplate } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';

/** Keeps as many pods as a ReplicaSet wants. */
export function replicaSetController(store: ObjectStore, writes: Writes, event: EventRecorder): Controller {
  return {
    name: 'replicaset-controller',
    keysOf: ({ object }) => {
      if (object.kind === 'ReplicaSet') return [keyOf(object)];
      const owner = object.kind === 'Pod' ? controllerOf(object) : undefined;
      return owner?.kind === 'ReplicaSet' ? [`${object.metadata.namespace}/${owner.name}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      const set = store.get('ReplicaSet', namespace, name);
      if (set === undefined || set.metadata.deletionTimestamp !== undefined) return undefined;
      const own = (): Pod[] =>
        store.list('Pod', namespace).filter((pod) => isActive(pod) && controllerOf(pod)?.uid === set.metadata.uid);
      const present = own();
      const source = { component: 'replicaset-controller' };
      for (let missing = set.spec.replicas - present.length; missing > 0; missing -= 1) {
        const pod = createPod(writes, event, podFrom(set.spec.template, set), set, source);
        event(set, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, source);
      }
      const surplus = present.toSorted(leastUseful).slice(0, Math.max(0, present.length - set.spec.replicas));
      for (const pod of surplus) {
        removeObject(store, { kind: kindNamed('Pod'), namespace, name: pod.metadata.name }, {});
        event(set, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`, source);
      }
      const pods = own();
      const waits = pods
        .map((pod) => untilAvailable(pod, set.spec.minReadySeconds ?? 0))
        .filter((wait) => wait !== undefined);
      store.update('ReplicaSet', namespace, name, (draft) => {
        draft.status = {
          observedGeneration: set.metadata.generation ?? 1,
          replicas: pods.length,
          fullyLabeledReplicas: pods.length,
          readyReplicas: pods.filter(isReady).length,
          availableReplicas: waits.filter((wait) => wait <= 0).length,
        };
      });
      const later = waits.filter((wait) => wait > 0);
      return later.length === 0 ? undefined : Math.min(...later);
    },
  };
}

/** Creates a pod for its owner; a refusal is said as an event of the owner before it is thrown on. */
export function createPod(
  writes: Writes,
  event: EventRecorder,
  pod: object,
  owner: ClusterObject,
  source: { readonly component: string },
): ClusterObject {
  try {
    return writes.create(kindNamed('Pod'), owner.metadata.namespace, pod, { manager: 'kube-controller-manager' });
  } catch (error) {
    event(
      owner,
      'Warning',
      'FailedCreate',
      `Error creating: ${(error as Error).message.replace(/pods "[^"]*"/, 'pods')}`,
      source,
    );
    throw error;
  }
}

/** A new pod of a template, controlled by `owner`. */
export function podFrom(template: PodTemplate, owner: Parameters<typeof controllerReference>[0]): object {
  const { labels, annotations } = template.metadata ?? {};
  return {
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: structuredClone(template.spec),
  };
}

/** Milliseconds until a ready pod counts as available; undefined when it is not ready. */
function untilAvailable(pod: Pod, minReadySeconds: number): number | undefined {
  if (!isReady(pod)) return undefined;
  const since = conditionOf(pod.status?.conditions, 'Ready')?.lastTransitionTime;
  return minReadySeconds === 0 || since === undefined ? 0 : Date.parse(since) + minReadySeconds * 1000 - Date.now();
}

/** Whom to end first: unscheduled, then not ready, then the youngest. */
function leastUseful(one: Pod, other: Pod): number {
  const worth = (pod: Pod): number => (pod.spec.nodeName === undefined ? 0 : 1) + (isReady(pod) ? 2 : 0);
  return worth(one) - worth(other) || Number(other.metadata.resourceVersion) - Number(one.metadata.resourceVersion);
}
