import { setTimeout as sleep } from 'node:timers/promises';
import { asSitewrightError, SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { anySignal } from '../drivers/any-signal.ts';
import type { KubernetesClient, KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, isRecord, wordsAt } from '../drivers/kubernetes/json.ts';
import { nameOf, referenceOf } from '../drivers/kubernetes/reference.ts';
import type { StepContext } from '../plan/step.ts';
import type { PodEvents } from './pods.ts';
import { type Judgement, judge, type Surroundings } from './ready.ts';

/** Looked at again at least this often, ms; a change that a watch tells is looked at sooner. */
const lookMs = 1000;
/** Pause after a change, ms. */
const burstMs = 200;
/** Events are asked for only when something has waited this long, ms. */
const eventsAfterMs = 4000;

/** The part of a step's progress that a wait covers: where it begins, the whole, and what each ready object adds. */
export type Share = { readonly from: number; readonly total: number; readonly each: number };

/**
 * Waits until every object is ready, telling in the progress note what is waited for and why.
 * Errors: workload-failed as soon as it is certain, workload-timeout at the limit.
 */
export async function waitUntilReady(
  context: StepContext,
  client: KubernetesClient,
  objects: readonly KubernetesObject[],
  options: { readonly timeoutSeconds: number; readonly share?: Share },
): Promise<void> {
  const started = performance.now();
  const share = options.share ?? { from: 0, total: objects.length, each: 1 };
  const watching = new AbortController();
  const signal = anySignal([context.signal, watching.signal]);
  const changed = watchChanges(client, objects, signal);
  let left = objects.map((object) => ({ object, reason: text('services.waiting.absent') as Judgement['reason'] }));
  try {
    while (left.length > 0) {
      context.signal.throwIfAborted();
      const waited = performance.now() - started;
      const still: typeof left = [];
      for (const { object } of left) {
        const live = await client.get(referenceOf(object));
        const around = await surroundingsOf(client, live, waited > eventsAfterMs);
        const judgement = judge(live, around);
        if (judgement.state === 'failed') throw await failureOf(context, client, object, judgement, around);
        if (judgement.state === 'waiting') still.push({ object, reason: judgement.reason });
      }
      left = still;
      const first = left[0];
      if (first === undefined) break;
      const object = nameOf(referenceOf(first.object));
      context.progress(
        share.from + (objects.length - left.length) * share.each,
        share.total,
        undefined,
        text('services.waiting.note', { object, reason: first.reason }),
      );
      if (waited > options.timeoutSeconds * 1000) {
        throw new SitewrightError('workload-timeout', {
          object,
          seconds: options.timeoutSeconds,
          reason: first.reason,
        });
      }
      await changed.next();
    }
  } finally {
    watching.abort();
  }
}

/** Resolves when a watched kind changed, or after `lookMs`. A watch that cannot be opened only makes the looks rarer. */
function watchChanges(
  client: KubernetesClient,
  objects: readonly KubernetesObject[],
  signal: AbortSignal,
): { readonly next: () => Promise<void> } {
  let changed = false;
  let wake: () => void = () => undefined;
  const kinds = new Map(
    objects.map(({ apiVersion, kind, metadata }) => [
      `${apiVersion} ${kind} ${metadata.namespace}`,
      { apiVersion, kind, namespace: metadata.namespace },
    ]),
  );
  for (const { metadata } of objects) {
    if (metadata.namespace !== undefined)
      kinds.set(`v1 Pod ${metadata.namespace}`, { apiVersion: 'v1', kind: 'Pod', namespace: metadata.namespace });
  }
  const follow = async (kind: { apiVersion: string; kind: string; namespace: string | undefined }): Promise<void> => {
    for await (const _ of client.watch(kind, signal)) {
      changed = true;
      wake();
    }
  };
  for (const kind of kinds.values()) follow(kind).catch(() => undefined);
  return {
    next: async () => {
      const woken = new Promise<void>((resolve) => {
        wake = resolve;
        if (changed) resolve();
      });
      const timer = new AbortController();
      const pause = sleep(lookMs, undefined, { signal: anySignal([signal, timer.signal]) }).catch(() => undefined);
      await Promise.race([woken, pause]);
      timer.abort();
      // Changes come in bursts: one look for all of them.
      await sleep(burstMs);
      changed = false;
    },
  };
}

async function surroundingsOf(
  client: KubernetesClient,
  live: KubernetesObject | undefined,
  withEvents: boolean,
): Promise<Surroundings> {
  const now = client.now();
  if (live === undefined) return { now };
  const namespace = live.metadata.namespace;
  if (live.kind === 'PersistentVolumeClaim') return { now, bindingMode: await bindingModeOf(client, live) };
  const selector = live.kind === 'Pod' ? undefined : selectorOf(live);
  if (selector === undefined && live.kind !== 'Pod') return { now };
  const pods = selector === undefined ? [] : await client.list({ apiVersion: 'v1', kind: 'Pod', namespace }, selector);
  return withEvents ? { now, pods, events: await eventsOf(client, namespace) } : { now, pods };
}

/** The label selector of a workload as a query, undefined when it has none. */
export function selectorOf(workload: KubernetesObject): string | undefined {
  const labels = at(workload, 'spec', 'selector', 'matchLabels');
  if (workload.kind === 'Service' || !isRecord(labels)) return undefined;
  return Object.entries(labels)
    .map(([key, value]) => `${key}=${String(value)}`)
    .join(',');
}

async function bindingModeOf(client: KubernetesClient, claim: KubernetesObject): Promise<string | undefined> {
  const name = wordsAt(claim, 'spec', 'storageClassName');
  if (name === '') return undefined;
  const storage = await client.get({ apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', name });
  return storage === undefined ? undefined : wordsAt(storage, 'volumeBindingMode');
}

/** Newest warning of each pod. Without the right to read events there are none. */
async function eventsOf(client: KubernetesClient, namespace: string | undefined): Promise<PodEvents> {
  const events = await client.list({ apiVersion: 'v1', kind: 'Event', namespace }).catch(() => []);
  const warnings = events.filter(
    (event) => event.type === 'Warning' && wordsAt(event, 'involvedObject', 'kind') === 'Pod',
  );
  const newest = warnings.toSorted((one, other) =>
    wordsAt(one, 'lastTimestamp').localeCompare(wordsAt(other, 'lastTimestamp')),
  );
  return new Map(newest.map((event) => [wordsAt(event, 'involvedObject', 'name'), wordsAt(event, 'message')]));
}

/** The error with the last lines of the log of a pod that crashed, secrets masked. */
async function failureOf(
  context: StepContext,
  client: KubernetesClient,
  object: KubernetesObject,
  judgement: Judgement,
  around: Surroundings,
): Promise<SitewrightError> {
  const params = { object: nameOf(referenceOf(object)), reason: judgement.reason };
  const name = 'key' in judgement.reason ? judgement.reason.params?.name : undefined;
  const pod = [...(around.pods ?? []), object].find((candidate) => candidate.metadata.name === name);
  const crashed =
    'key' in judgement.reason &&
    ['services.failed.crash', 'services.failed.job', 'services.failed.pod'].includes(judgement.reason.key);
  const logged = pod ?? (crashed ? around.pods?.at(-1) : undefined);
  if (!crashed || logged?.metadata.namespace === undefined) return new SitewrightError('workload-failed', params);
  try {
    const lines = await client.logs(logged.metadata.namespace, logged.metadata.name, 20);
    return new SitewrightError('workload-failed', params, { detail: context.vault.mask(lines.trim()) });
  } catch (error) {
    // The log is a help only; the failure itself is what must be told.
    return new SitewrightError('workload-failed', params, { detail: asSitewrightError(error).message });
  }
}
