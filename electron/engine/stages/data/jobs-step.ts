import { createHash } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import { applyObjects, renderDocuments } from '../../deploy/apply.ts';
import type { KubernetesClient, KubernetesObject, ObjectReference } from '../../drivers/kubernetes/client.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clauses, type JobsInput } from './model.ts';

/** Names the specification that an object was made from, so that a finished Job of the same one is not run again. */
const specificationAnnotation = 'sitewright.io/specification';
const timeoutSeconds = 600;
const goneSeconds = 60;

/** Runs the release's jobs that need the data. */
export const jobsStep: StepKind<JobsInput> = {
  inspect: async (context, { paths }) => {
    const kubernetes = await context.drivers.kubernetes();
    for (const object of renderJobs(context, paths)) {
      const live = await kubernetes.get(referenceOf(object));
      if (
        live === undefined ||
        !isSame(object, live) ||
        (isJob(object) && conditionOf(live, 'Complete') === undefined)
      ) {
        return { satisfied: false };
      }
    }
    return { satisfied: true };
  },

  apply: async (context, { paths }) => {
    const kubernetes = await context.drivers.kubernetes();
    const objects = renderJobs(context, paths);
    for (const object of objects.filter(isJob)) {
      const live = await kubernetes.get(referenceOf(object));
      if (live === undefined) continue;
      // A Job cannot be changed, and a failed one does not run again: both make room for a new one.
      if (isSame(object, live) && conditionOf(live, 'Failed') === undefined) continue;
      context.log('info', object.metadata.name, text('data.log.job-replaced', { job: object.metadata.name }));
      await kubernetes.remove(referenceOf(object));
      await awaitGone(context, kubernetes, referenceOf(object));
    }
    await applyObjects(context, objects, { wait: true, timeoutSeconds });
  },

  verify: async (context, { paths }) => {
    const kubernetes = await context.drivers.kubernetes();
    for (const object of renderJobs(context, paths).filter(isJob)) {
      const live = await kubernetes.get(referenceOf(object));
      const complete = live === undefined ? undefined : conditionOf(live, 'Complete');
      const { name } = object.metadata;
      context.finding({
        check: 'data.job',
        subject: name,
        title: text('data.finding.job', { job: name }),
        category: 'data',
        clause: clauses.history,
        qualification: 'IQ',
        mustPass: true,
        status: complete === undefined ? 'failed' : 'passed',
        expected: text('data.expected.job'),
        actual: live === undefined ? text('data.actual.job-missing') : jobWords(live, complete !== undefined),
        evidence: [],
        durationMs: live === undefined ? 0 : jobMilliseconds(live),
      });
    }
  },
};

function renderJobs({ site, release }: StepContext, paths: readonly string[]): readonly KubernetesObject[] {
  return renderDocuments({ site, release, paths }).map((object) => {
    const specification = createHash('sha256').update(JSON.stringify(object)).digest('hex');
    const annotations = { ...object.metadata.annotations, [specificationAnnotation]: specification };
    return { ...object, metadata: { ...object.metadata, annotations } };
  });
}

/** A removed Job stays until its pods are gone. Error: workload-timeout. */
async function awaitGone(
  context: StepContext,
  kubernetes: KubernetesClient,
  reference: ObjectReference,
): Promise<void> {
  const object = `Job ${reference.name}`;
  for (const end = performance.now() + goneSeconds * 1000; performance.now() < end; ) {
    if ((await kubernetes.get(reference)) === undefined) return;
    context.progress(0, 1, undefined, text('data.note.job-leaving', { job: reference.name }));
    await pause(250, undefined, { signal: context.signal });
  }
  throw new SitewrightError('workload-timeout', {
    object,
    seconds: goneSeconds,
    reason: text('data.note.job-leaving', { job: reference.name }),
  });
}

function isJob(object: KubernetesObject): boolean {
  return object.kind === 'Job';
}

function isSame(wanted: KubernetesObject, live: KubernetesObject): boolean {
  return (
    live.metadata.annotations?.[specificationAnnotation] === wanted.metadata.annotations?.[specificationAnnotation]
  );
}

function referenceOf({ apiVersion, kind, metadata }: KubernetesObject): ObjectReference {
  return { apiVersion, kind, name: metadata.name, namespace: metadata.namespace };
}

type JobStatus = {
  readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  readonly startTime?: string;
  readonly completionTime?: string;
};

function statusOf(object: KubernetesObject): JobStatus {
  return (object.status ?? {}) as JobStatus;
}

function conditionOf(object: KubernetesObject, type: string) {
  return statusOf(object).conditions?.find((condition) => condition.type === type && condition.status === 'True');
}

function jobMilliseconds(object: KubernetesObject): number {
  const { startTime, completionTime } = statusOf(object);
  if (startTime === undefined || completionTime === undefined) return 0;
  return Math.max(0, Date.parse(completionTime) - Date.parse(startTime));
}

function jobWords(object: KubernetesObject, complete: boolean): Text {
  if (complete) return text('data.actual.job', { seconds: Math.round(jobMilliseconds(object) / 1000) });
  return text('data.actual.job-failed', { reason: verbatim(conditionOf(object, 'Failed')?.message ?? '-') });
}
