import { type Text, text, verbatim } from '../../contract/text.ts';
import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, isRecord, type JsonRecord, numberAt, recordsAt, wordsAt } from '../drivers/kubernetes/json.ts';
import { containersOf } from './podtemplate.ts';

export type Judgement = { readonly state: 'ready' | 'waiting' | 'failed'; readonly reason: Text };

/** Warning events by pod name, newest words last; they tell what a probe answered. */
export type PodEvents = ReadonlyMap<string, string>;

/** How long a state may last before it counts as certain, ms. */
const unschedulableMs = 15_000;
/** A volume may have to be made first. */
const unboundVolumeMs = 60_000;
const configurationMs = 15_000;
/** One crash may be a dependency that was late; after the second restart it is a loop. */
const crashes = 2;

const neverPulls = new Set([
  'ImagePullBackOff',
  'InvalidImageName',
  'ErrImageNeverPull',
  'ImageInspectError',
  'RegistryUnavailable',
]);
const certainPullProblem =
  /not found|manifest unknown|unauthori[sz]ed|denied|forbidden|x509|certificate|no such image/i;

/** What a pod tells about itself: ready, waiting with its reason, or a state that will not mend. Pure; `now` is the cluster's time. */
export function judgePod(pod: KubernetesObject, now: Date, events: PodEvents = new Map()): Judgement {
  const name = pod.metadata.name;
  const phase = wordsAt(pod, 'status', 'phase');
  if (phase === 'Succeeded') return { state: 'ready', reason: text('services.ready.completed', { name }) };
  if (phase === 'Failed') return failed('services.failed.pod', { name, reason: endOf(pod) });
  const scheduled = judgeScheduling(pod, now);
  if (scheduled !== undefined) return scheduled;
  for (const status of [
    ...recordsAt(pod, 'status', 'initContainerStatuses'),
    ...recordsAt(pod, 'status', 'containerStatuses'),
  ]) {
    const judgement = judgeContainer(name, status, ageOf(pod, now));
    if (judgement !== undefined) return judgement;
  }
  if (conditionOf(pod, 'Ready')?.status === 'True')
    return { state: 'ready', reason: text('services.ready.pod', { name }) };
  const running = recordsAt(pod, 'status', 'containerStatuses').find(
    (status) => at(status, 'state', 'running') !== undefined && status.ready !== true,
  );
  const words = events.get(name);
  if (running === undefined) {
    return words === undefined
      ? waiting('services.waiting.starting', { name })
      : waiting('services.waiting.startingTrouble', { name, words });
  }
  const container = String(running.name);
  return words === undefined
    ? waiting('services.waiting.probe', { name, container })
    : waiting('services.waiting.probeFailing', { name, container, words });
}

/**
 * Whether the pod was made from this template: an older pod's trouble says nothing about the new one. Compared by images and
 * by the annotations that the template sets, because a change of either makes new pods.
 */
export function madeFrom(pod: KubernetesObject, template: JsonRecord): boolean {
  const images = (containers: readonly JsonRecord[]): string =>
    containers.map((container) => `${String(container.name)}=${String(container.image)}`).join(' ');
  const wanted = containersOf(template);
  const names = new Set(wanted.map((container) => container.name));
  const present = containersOf({ spec: pod.spec }).filter((container) => names.has(container.name));
  if (images(present) !== images(wanted)) return false;
  const annotations = at(template, 'metadata', 'annotations');
  return (
    !isRecord(annotations) ||
    Object.entries(annotations).every(([key, value]) => pod.metadata.annotations?.[key] === value)
  );
}

/** A condition of an object by its type. */
export function conditionOf(object: KubernetesObject, type: string): JsonRecord | undefined {
  return recordsAt(object, 'status', 'conditions').find((condition) => condition.type === type);
}

export function waiting(key: Parameters<typeof text>[0], params: Parameters<typeof text>[1] = {}): Judgement {
  return { state: 'waiting', reason: text(key, params) };
}

export function failed(key: Parameters<typeof text>[0], params: Parameters<typeof text>[1] = {}): Judgement {
  return { state: 'failed', reason: text(key, params) };
}

function judgeScheduling(pod: KubernetesObject, now: Date): Judgement | undefined {
  const scheduled = conditionOf(pod, 'PodScheduled');
  if (scheduled?.status !== 'False') return undefined;
  const params = { name: pod.metadata.name, words: wordsAt(scheduled, 'message') };
  const since =
    now.getTime() -
    Date.parse(wordsAt(scheduled, 'lastTransitionTime') || wordsAt(pod, 'metadata', 'creationTimestamp'));
  const limit = /persistentvolumeclaim|volume/i.test(params.words) ? unboundVolumeMs : unschedulableMs;
  return since > limit
    ? failed('services.failed.unschedulable', params)
    : waiting('services.waiting.unschedulable', params);
}

function judgeContainer(name: string, status: JsonRecord, ageMs: number): Judgement | undefined {
  const container = String(status.name);
  const reason = wordsAt(status, 'state', 'waiting', 'reason');
  const words = wordsAt(status, 'state', 'waiting', 'message') || reason;
  const image = wordsAt(status, 'image');
  if (neverPulls.has(reason) || (reason === 'ErrImagePull' && certainPullProblem.test(words)))
    return failed('services.failed.image', { name, image, words });
  if (reason === 'ErrImagePull') return waiting('services.waiting.image', { name, image, words });
  const restarts = numberAt(0, status, 'restartCount');
  if (reason === 'CrashLoopBackOff') {
    const params = { name, container, restarts, code: numberAt(-1, status, 'lastState', 'terminated', 'exitCode') };
    return restarts >= crashes ? failed('services.failed.crash', params) : waiting('services.waiting.crash', params);
  }
  if (reason === 'CreateContainerConfigError' || reason === 'CreateContainerError' || reason === 'RunContainerError') {
    const params = { name, container, words };
    return ageMs > configurationMs
      ? failed('services.failed.container', params)
      : waiting('services.waiting.container', params);
  }
  return undefined;
}

function endOf(pod: KubernetesObject): Text {
  const own = [wordsAt(pod, 'status', 'reason'), wordsAt(pod, 'status', 'message')]
    .filter((words) => words !== '')
    .join(': ');
  if (own !== '') return verbatim(own);
  const ended = recordsAt(pod, 'status', 'containerStatuses').find(
    (status) => numberAt(0, status, 'state', 'terminated', 'exitCode') !== 0,
  );
  return ended === undefined
    ? verbatim('Failed')
    : text('services.failed.exit', {
        container: String(ended.name),
        code: numberAt(-1, ended, 'state', 'terminated', 'exitCode'),
      });
}

function ageOf(pod: KubernetesObject, now: Date): number {
  const created = wordsAt(pod, 'status', 'startTime') || wordsAt(pod, 'metadata', 'creationTimestamp');
  return created === '' ? 0 : now.getTime() - Date.parse(created);
}
