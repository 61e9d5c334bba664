import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Container, type ContainerStatus, isFinished, type Pod, portsAnnotation } from '../model/pods.ts';
import { type ContainerRun, type NodeParts, runContainer } from './container-run.ts';
import { podStatus } from './pod-status.ts';
import { pause } from './probe.ts';
import { MountProblem, makeVolumes } from './volumes.ts';

/** One pod on a node, from its volumes to the end of its last container. */
export type PodRun = {
  readonly uid: string;
  /** Text of a container's log; undefined before the container's first start. */
  readonly text: (container: string | undefined, previous: boolean) => string | undefined;
  /**
   * Ends all containers within the grace time and removes the volumes; safe to call twice, a shorter time wins.
   * `quietly`: the cluster's knowledge of the pod stays as it is.
   */
  readonly stop: (graceMs: number, quietly?: boolean) => Promise<void>;
};

const mountRetryMs = 2000;

export function runPod(parts: NodeParts, pod: Pod): PodRun {
  const { namespace, name, uid = '' } = pod.metadata;
  const folder = join(parts.folder, uid);
  const leaving = new AbortController();
  const inits = new Map<string, ContainerRun>();
  const mains = new Map<string, ContainerRun>();
  const restartsBefore = new Map(
    (pod.status?.containerStatuses ?? []).map((status) => [status.name, status.restartCount]),
  );
  let silent = false;

  const statusesOf = (containers: readonly Container[], runs: ReadonlyMap<string, ContainerRun>): ContainerStatus[] =>
    containers.map(
      (container) =>
        runs.get(container.name)?.status() ??
        waitingStatus(container, inits.size > 0 || (pod.spec.initContainers ?? []).length > 0),
    );

  const publish = (): void => {
    if (silent) return;
    const ports = Object.assign({}, ...[...mains.values()].map((run) => run.ports())) as Record<string, number>;
    const present = parts.store.get('Pod', namespace, name);
    if (present === undefined || present.metadata.uid !== uid) return;
    parts.store.update('Pod', namespace, name, (draft) => {
      draft.status = podStatus(
        present,
        statusesOf(pod.spec.initContainers ?? [], inits),
        statusesOf(pod.spec.containers, mains),
        parts.node.address,
      );
      draft.metadata.annotations = { ...draft.metadata.annotations, [portsAnnotation]: JSON.stringify(ports) };
    });
  };

  const mount = async (): Promise<ReadonlyMap<string, string> | undefined> => {
    while (!leaving.signal.aborted) {
      try {
        return await makeVolumes(parts.store, pod, folder, parts.node.root);
      } catch (error) {
        if (!(error instanceof MountProblem)) throw error;
        parts.event(pod, 'Warning', 'FailedMount', error.message, { component: 'kubelet', host: parts.node.name });
        await pause(mountRetryMs, leaving.signal);
      }
    }
    return undefined;
  };

  const begin = (container: Container, volumes: ReadonlyMap<string, string>, init: boolean): ContainerRun => {
    const restarts = restartsBefore.get(container.name) ?? 0;
    const run = runContainer({ parts, pod, container, init, volumes, restarts, changed: () => setImmediate(publish) });
    (init ? inits : mains).set(container.name, run);
    return run;
  };

  const live = async (): Promise<void> => {
    publish();
    const volumes = await mount();
    if (volumes === undefined) return;
    for (const container of pod.spec.initContainers ?? []) {
      if ((await begin(container, volumes, true).finished) !== 0 || leaving.signal.aborted) return;
    }
    const runs = pod.spec.containers.map((container) => begin(container, volumes, false));
    await Promise.all(runs.map((run) => run.finished));
    publish();
    // What a finished pod was given, secrets among it, does not stay on disk.
    const last = parts.store.get('Pod', namespace, name);
    if (last === undefined || isFinished(last)) await rm(folder, { recursive: true, force: true });
  };

  const lived = live().catch((error: Error) => parts.log(`kubelet: ${name}: ${error.stack}`));
  return {
    uid,
    text: (container, previous) => {
      const chosen = container ?? pod.spec.containers[0]?.name ?? '';
      return (mains.get(chosen) ?? inits.get(chosen))?.text(previous);
    },
    stop: async (graceMs, quietly = false) => {
      silent ||= quietly;
      leaving.abort();
      await Promise.all([...inits.values(), ...mains.values()].map((run) => run.stop(graceMs)));
      await lived;
      silent = true;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function waitingStatus(container: Container, afterInit: boolean): ContainerStatus {
  const state = { waiting: { reason: afterInit ? 'PodInitializing' : 'ContainerCreating' } };
  return {
    name: container.name,
    image: container.image,
    imageID: '',
    ready: false,
    started: false,
    restartCount: 0,
    state,
    lastState: {},
  };
}
