import { parseQuantity } from '../admission/quantity.ts';
import { type Condition, conditionOf, controllerOf, withCondition } from '../model/objects.ts';
import { isFinished, type Pod } from '../model/pods.ts';
import type { NodeObject } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';

type Need = { readonly cpu: number; readonly memory: number };

const retryMs = 3000;

/** Puts pods on nodes: the least used one that fits, away from pods of the same owner. */
export function scheduler(store: ObjectStore, event: EventRecorder): Controller {
  const refuse = (pod: Pod, message: string): number => {
    const { namespace, name } = pod.metadata;
    if (conditionOf(pod.status?.conditions, 'PodScheduled')?.message !== message) {
      event(pod, 'Warning', 'FailedScheduling', message, { component: 'default-scheduler' });
    }
    setCondition(store, namespace, name, { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message });
    return retryMs;
  };

  return {
    name: 'scheduler',
    keysOf: ({ type, object }) => {
      if (object.kind === 'Pod' && type !== 'DELETED' && !isFinished(object as Pod))
        return (object as Pod).spec.nodeName === undefined ? [keyOf(object)] : [];
      // What frees or adds room lets the waiting ones try again.
      const frees = object.kind === 'Pod' || object.kind === 'Node' || object.kind === 'PersistentVolumeClaim';
      return frees
        ? store
            .list('Pod')
            .filter((pod) => pod.spec.nodeName === undefined)
            .map(keyOf)
        : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      const pod = store.get('Pod', namespace, name);
      if (pod === undefined || pod.spec.nodeName !== undefined || pod.metadata.deletionTimestamp !== undefined)
        return undefined;
      const unbound = claimProblem(store, pod);
      const nodes = store.list('Node');
      if (unbound !== undefined) return refuse(pod, `0/${nodes.length} nodes are available: ${unbound}.`);
      const placed = store.list('Pod').filter((each) => each.spec.nodeName !== undefined && !isFinished(each));
      const need = needOf(pod);
      const problems = new Map<string, number>();
      const fitting = nodes.filter((node) => {
        const reasons = misfits(node, pod, need, placed);
        for (const reason of reasons) problems.set(reason, (problems.get(reason) ?? 0) + 1);
        return reasons.length === 0;
      });
      const owner = controllerOf(pod)?.uid;
      const load = (node: NodeObject): number => {
        const here = placed.filter((each) => each.spec.nodeName === node.metadata.name);
        const siblings = here.filter((each) => owner !== undefined && controllerOf(each)?.uid === owner).length;
        return siblings * 1000 + here.length;
      };
      const chosen = fitting.toSorted((one, other) => load(one) - load(other))[0];
      if (chosen === undefined) {
        const words = [...problems].map(([reason, count]) => `${count} ${reason}`).join(', ');
        return refuse(
          pod,
          `0/${nodes.length} nodes are available: ${words === '' ? 'no nodes' : words}. preemption: 0/${nodes.length} nodes are available.`,
        );
      }
      store.update('Pod', namespace, name, (draft) => {
        draft.spec.nodeName = chosen.metadata.name;
        const conditions = withCondition(draft.status?.conditions, { type: 'PodScheduled', status: 'True' });
        draft.status = { phase: 'Pending', ...draft.status, conditions };
      });
      event(pod, 'Normal', 'Scheduled', `Successfully assigned ${namespace}/${name} to ${chosen.metadata.name}`, {
        component: 'default-scheduler',
      });
      return undefined;
    },
  };
}

function setCondition(store: ObjectStore, namespace: string | undefined, name: string, condition: Condition): void {
  store.update('Pod', namespace, name, (draft) => {
    draft.status = {
      phase: 'Pending',
      ...draft.status,
      conditions: withCondition(draft.status?.conditions, condition),
    };
  });
}

function misfits(node: NodeObject, pod: Pod, need: Need, placed: readonly Pod[]): string[] {
  const reasons: string[] = [];
  if (node.spec?.unschedulable === true) reasons.push('node(s) were unschedulable');
  if (conditionOf(node.status?.conditions, 'Ready')?.status !== 'True') reasons.push('node(s) were not ready');
  const taint = (node.spec?.taints ?? []).find((each) => each.effect !== 'PreferNoSchedule' && !tolerates(pod, each));
  if (taint !== undefined) reasons.push(`node(s) had untolerated taint {${taint.key}: ${taint.value ?? ''}}`);
  const labels = node.metadata.labels ?? {};
  if (Object.entries(pod.spec.nodeSelector ?? {}).some(([key, value]) => labels[key] !== value)) {
    reasons.push("node(s) didn't match Pod's node affinity/selector");
  }
  const used = placed.filter((each) => each.spec.nodeName === node.metadata.name).map(needOf);
  const left = (name: 'cpu' | 'memory'): number =>
    (parseQuantity(node.status?.allocatable?.[name]) ?? 0) - used.reduce((total, each) => total + each[name], 0);
  if (need.cpu > left('cpu')) reasons.push('Insufficient cpu');
  if (need.memory > left('memory')) reasons.push('Insufficient memory');
  return reasons;
}

function tolerates(pod: Pod, taint: { key: string; value?: string; effect: string }): boolean {
  return (pod.spec.tolerations ?? []).some(
    ({ key, operator = 'Equal', value, effect }) =>
      (effect === undefined || effect === taint.effect) &&
      (key === undefined
        ? operator === 'Exists'
        : key === taint.key && (operator === 'Exists' || (value ?? '') === (taint.value ?? ''))),
  );
}

/** What the pod asks for: the sum of its containers, at least its largest init container. */
function needOf(pod: Pod): Need {
  const of = (name: 'cpu' | 'memory'): number => {
    const each = (containers: Pod['spec']['containers']): number[] =>
      containers.map((container) => parseQuantity(container.resources?.requests?.[name]) ?? 0);
    return Math.max(
      each(pod.spec.containers).reduce((total, value) => total + value, 0),
      ...each(pod.spec.initContainers ?? []),
    );
  };
  return { cpu: of('cpu'), memory: of('memory') };
}

function claimProblem(store: ObjectStore, pod: Pod): string | undefined {
  for (const volume of pod.spec.volumes ?? []) {
    const name = volume.persistentVolumeClaim?.claimName;
    if (name === undefined) continue;
    const claim = store.get('PersistentVolumeClaim', pod.metadata.namespace, name);
    if (claim === undefined) return `persistentvolumeclaim "${name}" not found`;
    if (claim.status?.phase !== 'Bound') return 'pod has unbound immediate PersistentVolumeClaims';
  }
  return undefined;
}
