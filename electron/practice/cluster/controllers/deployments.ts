import { createHash } from 'node:crypto';
import type { Writes } from '../admission/writes.ts';
import { kindNamed } from '../model/kinds.ts';
import {
  canonicalJson,
  conditionOf,
  controllerOf,
  controllerReference,
  timestamp,
  withCondition,
} from '../model/objects.ts';
import type { Deployment, ReplicaSet } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';

const hashLabel = 'pod-template-hash';
const revisionAnnotation = 'deployment.kubernetes.io/revision';
const source = { component: 'deployment-controller' };

/** Keeps one ReplicaSet per template and moves the pods from the old ones to the new one. */
export function deploymentController(store: ObjectStore, writes: Writes, event: EventRecorder): Controller {
  const ownedBy = (deployment: Deployment): ReplicaSet[] =>
    store
      .list('ReplicaSet', deployment.metadata.namespace)
      .filter((set) => controllerOf(set)?.uid === deployment.metadata.uid);

  const scale = (deployment: Deployment, set: ReplicaSet, replicas: number): ReplicaSet => {
    if (set.spec.replicas === replicas) return set;
    const direction = replicas > set.spec.replicas ? 'up' : 'down';
    event(
      deployment,
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${set.metadata.name} from ${set.spec.replicas} to ${replicas}`,
      source,
    );
    const scaled = store.update('ReplicaSet', set.metadata.namespace, set.metadata.name, (draft) => {
      draft.spec.replicas = replicas;
      draft.metadata.generation = (draft.metadata.generation ?? 0) + 1;
    });
    return scaled ?? set;
  };

  const newest = (deployment: Deployment, sets: readonly ReplicaSet[]): ReplicaSet => {
    const hash = templateHash(deployment);
    const present = sets.find((set) => set.metadata.labels?.[hashLabel] === hash);
    const revisions = sets.map((set) => Number(set.metadata.annotations?.[revisionAnnotation] ?? 0));
    if (present !== undefined) {
      const revision = Number(present.metadata.annotations?.[revisionAnnotation] ?? 0);
      // Going back to an earlier template makes it the newest revision again.
      if (revision >= Math.max(...revisions)) return present;
      return (
        store.update('ReplicaSet', present.metadata.namespace, present.metadata.name, (draft) => {
          draft.metadata.annotations = {
            ...draft.metadata.annotations,
            [revisionAnnotation]: String(Math.max(...revisions) + 1),
          };
        }) ?? present
      );
    }
    const { spec, metadata } = deployment;
    const template = structuredClone(spec.template);
    template.metadata = { ...template.metadata, labels: { ...template.metadata?.labels, [hashLabel]: hash } };
    const set = {
      metadata: {
        name: `${metadata.name}-${hash}`,
        labels: template.metadata.labels,
        annotations: { [revisionAnnotation]: String(Math.max(0, ...revisions) + 1) },
        ownerReferences: [controllerReference(deployment)],
      },
      spec: {
        replicas: 0,
        ...(spec.minReadySeconds === undefined ? {} : { minReadySeconds: spec.minReadySeconds }),
        selector: { ...spec.selector, matchLabels: { ...spec.selector.matchLabels, [hashLabel]: hash } },
        template,
      },
    };
    return writes.create(kindNamed('ReplicaSet'), metadata.namespace, set, {
      manager: 'kube-controller-manager',
    }) as ReplicaSet;
  };

  const roll = (deployment: Deployment, current: ReplicaSet, old: readonly ReplicaSet[]): ReplicaSet => {
    const desired = deployment.spec.replicas ?? 1;
    const sum = (sets: readonly ReplicaSet[], of: (set: ReplicaSet) => number): number =>
      sets.reduce((total, set) => total + of(set), 0);
    const replicas = (set: ReplicaSet): number => set.spec.replicas;
    if (deployment.spec.strategy?.type === 'Recreate') {
      for (const set of old) scale(deployment, set, 0);
      const left = sum(old, (set) => set.spec.replicas + (set.status?.replicas ?? 0)) + leavingPods(store, old);
      return left === 0 ? scale(deployment, current, desired) : current;
    }
    const { surge, unavailable } = bounds(deployment);
    const room = desired + surge - sum([current, ...old], replicas);
    const grown = Math.min(desired, current.spec.replicas + Math.max(0, room));
    const next = scale(deployment, current, current.spec.replicas > desired ? desired : grown);
    const notYet = Math.max(0, next.spec.replicas - (next.status?.availableReplicas ?? 0));
    let surplus = sum([next, ...old], replicas) - (desired - unavailable) - notYet;
    // Pods of old sets that serve nobody go first; then as many as the availability allows.
    const shrunk = old.map((set) => {
      const idle = Math.max(0, set.spec.replicas - (set.status?.availableReplicas ?? 0));
      const away = Math.max(0, Math.min(idle, surplus));
      surplus -= away;
      return scale(deployment, set, set.spec.replicas - away);
    });
    const available = sum([next, ...shrunk], (set) => Math.min(set.status?.availableReplicas ?? 0, set.spec.replicas));
    let spare = available - (desired - unavailable);
    for (const set of shrunk) {
      const away = Math.max(0, Math.min(set.spec.replicas, spare));
      spare -= away;
      scale(deployment, set, set.spec.replicas - away);
    }
    return next;
  };

  return {
    name: 'deployment-controller',
    keysOf: ({ object }) => {
      if (object.kind === 'Deployment') return [keyOf(object)];
      const owner = object.kind === 'ReplicaSet' ? controllerOf(object) : undefined;
      return owner?.kind === 'Deployment' ? [`${object.metadata.namespace}/${owner.name}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      const deployment = store.get('Deployment', namespace, name);
      if (deployment === undefined || deployment.metadata.deletionTimestamp !== undefined) return undefined;
      let sets = ownedBy(deployment);
      if (deployment.spec.paused !== true) {
        const current = newest(deployment, sets);
        roll(
          deployment,
          current,
          ownedBy(deployment).filter((set) => set.metadata.uid !== current.metadata.uid),
        );
        sets = ownedBy(deployment);
        forgetOld(store, deployment, sets);
      }
      return writeStatus(store, deployment, sets);
    },
  };
}

function templateHash(deployment: Deployment): string {
  return createHash('sha256').update(canonicalJson(deployment.spec.template)).digest('hex').slice(0, 10);
}

/** How many pods there may be above and below the wanted number; both 0 would never move. */
function bounds(deployment: Deployment): { readonly surge: number; readonly unavailable: number } {
  const desired = deployment.spec.replicas ?? 1;
  const { maxSurge = '25%', maxUnavailable = '25%' } = deployment.spec.strategy?.rollingUpdate ?? {};
  const share = (value: number | string, round: (share: number) => number): number =>
    String(value).endsWith('%') ? round((desired * Number.parseInt(String(value), 10)) / 100) : Number(value);
  const surge = share(maxSurge, Math.ceil);
  const unavailable = share(maxUnavailable, Math.floor);
  return { surge, unavailable: surge === 0 && unavailable === 0 ? 1 : unavailable };
}

function leavingPods(store: ObjectStore, sets: readonly ReplicaSet[]): number {
  const uids = new Set(sets.map((set) => set.metadata.uid));
  return store.list('Pod', sets[0]?.metadata.namespace).filter((pod) => uids.has(controllerOf(pod)?.uid)).length;
}

function forgetOld(store: ObjectStore, deployment: Deployment, sets: readonly ReplicaSet[]): void {
  const hash = templateHash(deployment);
  const idle = sets.filter(
    (set) => set.metadata.labels?.[hashLabel] !== hash && set.spec.replicas === 0 && (set.status?.replicas ?? 0) === 0,
  );
  const byRevision = idle.toSorted(
    (one, other) =>
      Number(one.metadata.annotations?.[revisionAnnotation]) - Number(other.metadata.annotations?.[revisionAnnotation]),
  );
  for (const set of byRevision.slice(0, Math.max(0, idle.length - (deployment.spec.revisionHistoryLimit ?? 10))))
    store.remove(set);
}

/** Writes counts and conditions; returns when to look again for the progress deadline. */
function writeStatus(store: ObjectStore, deployment: Deployment, sets: readonly ReplicaSet[]): number | undefined {
  const hash = templateHash(deployment);
  const current = sets.find((set) => set.metadata.labels?.[hashLabel] === hash);
  const count = (of: (status: NonNullable<ReplicaSet['status']>) => number | undefined): number =>
    sets.reduce((total, set) => total + (of(set.status ?? {}) ?? 0), 0);
  const desired = deployment.spec.replicas ?? 1;
  const replicas = count((status) => status.replicas);
  const availableReplicas = count((status) => status.availableReplicas);
  const updatedReplicas = current?.status?.replicas ?? 0;
  const complete =
    updatedReplicas === desired &&
    replicas === desired &&
    availableReplicas === desired &&
    current?.spec.replicas === desired;
  const deadlineMs = (deployment.spec.progressDeadlineSeconds ?? 600) * 1000;
  let wait: number | undefined;
  const next = store.update('Deployment', deployment.metadata.namespace, deployment.metadata.name, (draft) => {
    const before = draft.status ?? {};
    const counts = {
      observedGeneration: deployment.metadata.generation ?? 1,
      replicas,
      updatedReplicas,
      readyReplicas: count((status) => status.readyReplicas),
      availableReplicas,
      unavailableReplicas: Math.max(0, desired - availableReplicas),
    };
    const moved =
      before.observedGeneration !== counts.observedGeneration ||
      counts.updatedReplicas > (before.updatedReplicas ?? 0) ||
      counts.readyReplicas > (before.readyReplicas ?? 0) ||
      counts.availableReplicas > (before.availableReplicas ?? 0) ||
      replicas - updatedReplicas < (before.replicas ?? 0) - (before.updatedReplicas ?? 0);
    const enough = availableReplicas >= desired - bounds(deployment).unavailable;
    let conditions = withCondition(before.conditions, {
      type: 'Available',
      status: enough ? 'True' : 'False',
      reason: enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable',
      message: enough ? 'Deployment has minimum availability.' : 'Deployment does not have minimum availability.',
    });
    const progress = conditionOf(conditions, 'Progressing');
    const since = Date.parse(moved || progress?.lastUpdateTime === undefined ? timestamp() : progress.lastUpdateTime);
    const late = !complete && !moved && deployment.spec.paused !== true && Date.now() - since >= deadlineMs;
    if (!complete && !late && deployment.spec.paused !== true) wait = Math.max(100, since + deadlineMs - Date.now());
    const subject = `ReplicaSet "${current?.metadata.name ?? ''}"`;
    const words = complete
      ? {
          status: 'True' as const,
          reason: 'NewReplicaSetAvailable',
          message: `${subject} has successfully progressed.`,
        }
      : late
        ? {
            status: 'False' as const,
            reason: 'ProgressDeadlineExceeded',
            message: `${subject} has timed out progressing.`,
          }
        : { status: 'True' as const, reason: 'ReplicaSetUpdated', message: `${subject} is progressing.` };
    const settled = progress?.reason === words.reason && !moved;
    const lastUpdateTime =
      settled && progress?.lastUpdateTime !== undefined
        ? progress.lastUpdateTime
        : timestamp(late ? since : Date.now());
    conditions = withCondition(conditions, { type: 'Progressing', ...words, lastUpdateTime });
    draft.status = { ...counts, conditions };
    if (current !== undefined) {
      draft.metadata.annotations = {
        ...draft.metadata.annotations,
        [revisionAnnotation]: current.metadata.annotations?.[revisionAnnotation] ?? '1',
      };
    }
  });
  return next === undefined ? undefined : wait;
}
