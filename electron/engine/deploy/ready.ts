import { type Text, text } from '../../contract/text.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, numberAt, recordsAt, wordsAt } from '../drivers/kubernetes/json.ts';
import { conditionOf, failed, type Judgement, judgePod, madeFrom, type PodEvents, waiting } from './pods.ts';
import { podTemplateOf } from './podtemplate.ts';

export type { Judgement };

/** What is known round an object when it is judged. */
export type Surroundings = {
  readonly now: Date;
  /** Pods that the workload's selector picks. */
  readonly pods?: readonly KubernetesObject[];
  readonly events?: PodEvents;
  /** Volume binding mode of a claim's StorageClass. */
  readonly bindingMode?: string | undefined;
};

/**
 * Whether an object does its duty. `failed` only when it is certain that waiting does not help. A kind without a rule of its
 * own is ready when it exists. Pure.
 */
export function judge(object: KubernetesObject | undefined, around: Surroundings): Judgement {
  if (object === undefined) return waiting('services.waiting.absent');
  if (object.metadata.deletionTimestamp !== undefined) return waiting('services.waiting.deleting');
  const observed = at(object, 'status', 'observedGeneration');
  if (typeof observed === 'number' && observed < (object.metadata.generation ?? 0))
    return waiting('services.waiting.observed');
  return rules[object.kind]?.(object, around) ?? ready('services.ready.exists');
}

const rules: Readonly<Record<string, (object: KubernetesObject, around: Surroundings) => Judgement>> = {
  Deployment: judgeDeployment,
  StatefulSet: judgeStatefulSet,
  DaemonSet: judgeDaemonSet,
  Job: judgeJob,
  Pod: (pod, around) => judgePod(pod, around.now, around.events),
  PersistentVolumeClaim: judgeClaim,
  Service: judgeService,
  CustomResourceDefinition: judgeDefinition,
  Namespace: (object) =>
    wordsAt(object, 'status', 'phase') === 'Terminating'
      ? waiting('services.waiting.deleting')
      : ready('services.ready.exists'),
};

function judgeDeployment(object: KubernetesObject, around: Surroundings): Judgement {
  // Without this the counts below are those of the state before.
  if (at(object, 'status', 'observedGeneration') === undefined) return waiting('services.waiting.observed');
  const progressing = conditionOf(object, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded')
    return failed('services.failed.deadline', { words: podTrouble(object, around) ?? wordsAt(progressing, 'message') });
  const refused = conditionOf(object, 'ReplicaFailure');
  if (refused?.status === 'True') return judgeRefusal(wordsAt(refused, 'message'));
  const wanted = numberAt(1, object, 'spec', 'replicas');
  const updated = numberAt(0, object, 'status', 'updatedReplicas');
  const available = numberAt(0, object, 'status', 'availableReplicas');
  const total = numberAt(0, object, 'status', 'replicas');
  if (updated >= wanted && available >= wanted && total <= updated)
    return ready('services.ready.replicas', { count: available });
  const pods = judgeNewPods(object, around);
  if (pods?.state === 'failed') return pods;
  if (updated < wanted) return counted('services.waiting.updated', updated, wanted, pods);
  if (available < wanted) return counted('services.waiting.available', available, wanted, pods);
  return counted('services.waiting.old', total - updated, total, undefined);
}

function judgeStatefulSet(object: KubernetesObject, around: Surroundings): Judgement {
  if (at(object, 'status', 'observedGeneration') === undefined) return waiting('services.waiting.observed');
  const wanted = numberAt(1, object, 'spec', 'replicas');
  const readyCount = numberAt(0, object, 'status', 'readyReplicas');
  const updated = numberAt(0, object, 'status', 'updatedReplicas');
  const partition = numberAt(0, object, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
  const manual = wordsAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const revised = wordsAt(object, 'status', 'currentRevision') === wordsAt(object, 'status', 'updateRevision');
  const rolled = manual || revised || updated >= wanted - partition;
  if (rolled && readyCount >= wanted) return ready('services.ready.replicas', { count: readyCount });
  const pods = judgeNewPods(object, around);
  if (pods?.state === 'failed') return pods;
  return rolled
    ? counted('services.waiting.available', readyCount, wanted, pods)
    : counted('services.waiting.updated', updated, wanted - partition, pods);
}

function judgeDaemonSet(object: KubernetesObject, around: Surroundings): Judgement {
  if (at(object, 'status', 'observedGeneration') === undefined) return waiting('services.waiting.observed');
  const wanted = numberAt(0, object, 'status', 'desiredNumberScheduled');
  const available = numberAt(0, object, 'status', 'numberAvailable');
  const manual = wordsAt(object, 'spec', 'updateStrategy', 'type') === 'OnDelete';
  const updated = manual ? wanted : numberAt(0, object, 'status', 'updatedNumberScheduled');
  if (updated >= wanted && available >= wanted) return ready('services.ready.replicas', { count: available });
  const pods = judgeNewPods(object, around);
  if (pods?.state === 'failed') return pods;
  return updated < wanted
    ? counted('services.waiting.updated', updated, wanted, pods)
    : counted('services.waiting.available', available, wanted, pods);
}

function judgeJob(object: KubernetesObject, around: Surroundings): Judgement {
  if (conditionOf(object, 'Complete')?.status === 'True')
    return ready('services.ready.completed', { name: object.metadata.name });
  const ended = conditionOf(object, 'Failed');
  if (ended?.status === 'True')
    return failed('services.failed.job', { words: wordsAt(ended, 'message') || wordsAt(ended, 'reason') });
  if (conditionOf(object, 'Suspended')?.status === 'True') return waiting('services.waiting.suspended');
  // A crash is the backoff limit's business; an image that cannot be pulled or a missing Secret never ends by itself.
  const active = (around.pods ?? []).filter((pod) => wordsAt(pod, 'status', 'phase') === 'Pending');
  const trouble = active
    .map((pod) => judgePod(pod, around.now, around.events))
    .find((judgement) => judgement.state === 'failed');
  if (trouble !== undefined) return trouble;
  return waiting('services.waiting.job', {
    active: numberAt(0, object, 'status', 'active'),
    failures: numberAt(0, object, 'status', 'failed'),
  });
}

function judgeClaim(object: KubernetesObject, around: Surroundings): Judgement {
  const phase = wordsAt(object, 'status', 'phase');
  if (phase === 'Bound') return ready('services.ready.exists');
  if (phase === 'Lost') return failed('services.failed.volume');
  // It binds when its first pod is scheduled: waiting here would wait for ever.
  if (around.bindingMode === 'WaitForFirstConsumer') return ready('services.ready.firstConsumer');
  return waiting('services.waiting.volume');
}

function judgeService(object: KubernetesObject): Judgement {
  if (wordsAt(object, 'spec', 'type') !== 'LoadBalancer') return ready('services.ready.exists');
  return recordsAt(object, 'status', 'loadBalancer', 'ingress').length > 0
    ? ready('services.ready.exists')
    : waiting('services.waiting.balancer');
}

function judgeDefinition(object: KubernetesObject): Judgement {
  const accepted = conditionOf(object, 'NamesAccepted');
  if (accepted?.status === 'False') return failed('services.failed.names', { words: wordsAt(accepted, 'message') });
  return conditionOf(object, 'Established')?.status === 'True'
    ? ready('services.ready.exists')
    : waiting('services.waiting.established');
}

function judgeRefusal(words: string): Judgement {
  if (/exceeded quota/i.test(words)) return failed('services.failed.quota', { words });
  return /forbidden|denied|invalid/i.test(words)
    ? failed('services.failed.refused', { words })
    : waiting('services.waiting.refused', { words });
}

/** The most telling state of the workload's new pods: a failure first, then what is waited for. */
function judgeNewPods(object: KubernetesObject, around: Surroundings): Judgement | undefined {
  const template = podTemplateOf(object);
  const pods = (around.pods ?? []).filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined &&
      wordsAt(pod, 'status', 'phase') !== 'Failed' &&
      (template === undefined || madeFrom(pod, template)),
  );
  const judgements = pods.map((pod) => judgePod(pod, around.now, around.events));
  return (
    judgements.find((judgement) => judgement.state === 'failed') ??
    judgements.find((judgement) => judgement.state === 'waiting')
  );
}

function podTrouble(object: KubernetesObject, around: Surroundings): Text | undefined {
  const pods = judgeNewPods(object, around);
  return pods === undefined || pods.state === 'ready' ? undefined : pods.reason;
}

function counted(key: Parameters<typeof text>[0], done: number, total: number, pods: Judgement | undefined): Judgement {
  const count = text(key, { done, total });
  return {
    state: 'waiting',
    reason: pods === undefined ? count : text('services.waiting.because', { what: count, why: pods.reason }),
  };
}

function ready(key: Parameters<typeof text>[0], params: Parameters<typeof text>[1] = {}): Judgement {
  return { state: 'ready', reason: text(key, params) };
}
