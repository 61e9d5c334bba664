import { removeObject } from '../admission/removal.ts';
import type { Writes } from '../admission/writes.ts';
import { kindNamed } from '../model/kinds.ts';
import { conditionOf, controllerOf, timestamp, withCondition } from '../model/objects.ts';
import { isFinished, isReady, type Pod } from '../model/pods.ts';
import type { Job } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';
import type { EventRecorder } from './events.ts';
import { type Controller, keyOf, partsOf } from './loop.ts';
import { createPod, podFrom } from './replica-sets.ts';

const source = { component: 'job-controller' };

/** Runs a job's pods until enough have succeeded or too many have failed. */
export function jobController(store: ObjectStore, writes: Writes, event: EventRecorder): Controller {
  const end = (pods: readonly Pod[]): void => {
    for (const { metadata } of pods)
      removeObject(store, { kind: kindNamed('Pod'), namespace: metadata.namespace, name: metadata.name }, {});
  };

  const finish = (job: Job, type: 'Complete' | 'Failed', reason: string, message: string): void => {
    store.update('Job', job.metadata.namespace, job.metadata.name, (draft) => {
      const before = withCondition(draft.status?.conditions, {
        type: type === 'Complete' ? 'SuccessCriteriaMet' : 'FailureTarget',
        status: 'True',
        reason,
        message,
      });
      const conditions = withCondition(before, { type, status: 'True', reason, message });
      const { active: _active, ready: _ready, ...counts } = draft.status ?? {};
      draft.status = { ...counts, conditions, ...(type === 'Complete' ? { completionTime: timestamp() } : {}) };
    });
    event(job, type === 'Complete' ? 'Normal' : 'Warning', type === 'Complete' ? 'Completed' : reason, message, source);
  };

  const work = (job: Job): number | undefined => {
    const { namespace, name, uid } = job.metadata;
    const { completions = 1, parallelism = 1, backoffLimit = 6, activeDeadlineSeconds } = job.spec;
    const pods = store.list('Pod', namespace).filter((pod) => controllerOf(pod)?.uid === uid);
    const active = pods.filter((pod) => !isFinished(pod) && pod.metadata.deletionTimestamp === undefined);
    const succeeded = pods.filter((pod) => pod.status?.phase === 'Succeeded').length;
    const failed = pods.filter((pod) => pod.status?.phase === 'Failed').length;
    const restarts = pods
      .flatMap((pod) => pod.status?.containerStatuses ?? [])
      .reduce((total, status) => total + status.restartCount, 0);
    const startTime = job.status?.startTime ?? timestamp();
    store.update('Job', namespace, name, (draft) => {
      draft.status = {
        ...draft.status,
        startTime,
        active: active.length,
        ready: active.filter(isReady).length,
        succeeded,
        failed,
      };
    });
    if (succeeded >= completions) {
      end(active);
      finish(job, 'Complete', 'CompletionsReached', 'Reached expected number of succeeded pods');
      return 0;
    }
    if (failed > backoffLimit || restarts > backoffLimit) {
      end(active);
      finish(job, 'Failed', 'BackoffLimitExceeded', 'Job has reached the specified backoff limit');
      return 0;
    }
    const left =
      activeDeadlineSeconds === undefined
        ? undefined
        : Date.parse(startTime) + activeDeadlineSeconds * 1000 - Date.now();
    if (left !== undefined && left <= 0) {
      end(active);
      finish(job, 'Failed', 'DeadlineExceeded', 'Job was active longer than specified deadline');
      return 0;
    }
    if (job.spec.suspend === true) {
      end(active);
      return undefined;
    }
    const newestFailure = Math.max(0, ...pods.filter((pod) => pod.status?.phase === 'Failed').map(endOf));
    const pause = failed === 0 ? 0 : newestFailure + backoffMs(failed) - Date.now();
    if (pause <= 0) {
      for (let missing = Math.min(parallelism, completions - succeeded) - active.length; missing > 0; missing -= 1) {
        const pod = createPod(writes, event, podFrom(job.spec.template, job), job, source);
        event(job, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`, source);
      }
    }
    const waits = [left, pause > 0 ? pause : undefined].filter((wait) => wait !== undefined);
    return waits.length === 0 ? undefined : Math.max(10, Math.min(...waits));
  };

  return {
    name: 'job-controller',
    keysOf: ({ object }) => {
      if (object.kind === 'Job') return [keyOf(object)];
      const owner = object.kind === 'Pod' ? controllerOf(object) : undefined;
      return owner?.kind === 'Job' ? [`${object.metadata.namespace}/${owner.name}`] : [];
    },
    reconcile: (key) => {
      const { namespace, name } = partsOf(key);
      const job = store.get('Job', namespace, name);
      if (job === undefined || job.metadata.deletionTimestamp !== undefined) return undefined;
      const over = ['Complete', 'Failed']
        .map((type) => conditionOf(job.status?.conditions, type))
        .find((condition) => condition !== undefined);
      if (over === undefined) return work(job);
      const ttl = job.spec.ttlSecondsAfterFinished;
      if (ttl === undefined) return undefined;
      const left = Date.parse(over.lastTransitionTime ?? timestamp()) + ttl * 1000 - Date.now();
      if (left > 0) return left;
      removeObject(store, { kind: kindNamed('Job'), namespace, name }, {});
      return undefined;
    },
  };
}

function endOf(pod: Pod): number {
  const ends = (pod.status?.containerStatuses ?? []).map((status) =>
    Date.parse(status.state.terminated?.finishedAt ?? ''),
  );
  return Math.max(0, ...ends.filter((end) => !Number.isNaN(end)));
}

/** Before the next attempt: 1, 2, 4 ... 10 s. */
function backoffMs(failures: number): number {
  return Math.min(10_000, 1000 * 2 ** (failures - 1));
}
