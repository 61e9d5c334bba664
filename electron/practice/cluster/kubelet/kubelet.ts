import { isFinished, type Pod } from '../model/pods.ts';
import type { NodeParts } from './container-run.ts';
import { type PodRun, runPod } from './pod-run.ts';

/** The agent of one node: runs the pods that the scheduler gave to it. */
export type Kubelet = {
  readonly text: (pod: Pod, container: string | undefined, previous: boolean) => string | undefined;
  /** Ends every pod of the node without touching what the cluster knows of them: they start again when it is reopened. */
  readonly stop: () => Promise<void>;
};

const closingGraceMs = 1000;

export function startKubelet(parts: NodeParts): Kubelet {
  const { store, node } = parts;
  const runs = new Map<string, PodRun>();
  const ending = new Map<string, number>();
  let closed = false;

  const mine = (pod: Pod): boolean => pod.spec.nodeName === node.name;

  const end = async (pod: Pod, run: PodRun | undefined, graceMs: number): Promise<void> => {
    const uid = pod.metadata.uid ?? '';
    const sooner = ending.get(uid);
    if (sooner !== undefined && sooner <= graceMs) return;
    ending.set(uid, graceMs);
    await run?.stop(graceMs);
    ending.delete(uid);
    if (closed) return;
    runs.delete(uid);
    const present = store.get('Pod', pod.metadata.namespace, pod.metadata.name);
    if (present?.metadata.uid === uid) store.remove(present);
  };

  const look = (pod: Pod, gone: boolean): void => {
    if (closed || !mine(pod)) return;
    const uid = pod.metadata.uid ?? '';
    const run = runs.get(uid);
    if (gone) void end(pod, run, 0);
    else if (pod.metadata.deletionTimestamp !== undefined)
      void end(pod, run, (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1000);
    else if (run === undefined && !isFinished(pod)) runs.set(uid, runPod(parts, pod));
  };

  for (const pod of store.list('Pod')) look(pod, false);
  const unsubscribe = store.subscribe(({ type, object }) => {
    if (object.kind === 'Pod') setImmediate(look, object as Pod, type === 'DELETED');
  });
  return {
    text: (pod, container, previous) => runs.get(pod.metadata.uid ?? '')?.text(container, previous),
    stop: async () => {
      closed = true;
      unsubscribe();
      await Promise.all([...runs.values()].map((run) => run.stop(closingGraceMs, true)));
    },
  };
}
