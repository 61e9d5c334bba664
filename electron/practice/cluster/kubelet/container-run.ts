import { freePort } from '../../free-port.ts';
import type { Keeper, KeptExit, KeptProcess } from '../../keeper.ts';
import type { EventRecorder } from '../controllers/events.ts';
import type { ClusterNode } from '../controllers/nodes.ts';
import { timestamp } from '../model/objects.ts';
import type { Container, ContainerState, ContainerStatus, Pod, TerminatedState } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import { CreateProblem, containerCommand } from './command.ts';
import { containerLog } from './container-log.ts';
import { ConfigProblem } from './environment.ts';
import { containerId, type Image, type ImageCache } from './image/cache.ts';
import { obtainImage } from './obtain-image.ts';
import { pause, probeHttp, runProbes } from './probe.ts';

/** What a node lends to the containers that it runs. */
export type NodeParts = {
  readonly store: ObjectStore;
  readonly node: ClusterNode;
  readonly images: ImageCache;
  readonly keeper: Keeper;
  readonly event: EventRecorder;
  readonly log: (words: string) => void;
  /** Folder for the volumes of pods. */
  readonly folder: string;
};

/** One container of a pod, with all its restarts. */
export type ContainerRun = {
  readonly status: () => ContainerStatus;
  /** Local port by declared port, while a process runs. */
  readonly ports: () => Readonly<Record<string, number>>;
  readonly text: (previous: boolean) => string | undefined;
  /** Resolves when no restart will follow; undefined when it was stopped before it ended by itself. */
  readonly finished: Promise<number | undefined>;
  /** preStop, SIGTERM, and SIGKILL after the grace time. */
  readonly stop: (graceMs: number) => Promise<void>;
};

type RunOptions = {
  readonly parts: NodeParts;
  readonly pod: Pod;
  readonly container: Container;
  readonly init: boolean;
  readonly volumes: ReadonlyMap<string, string>;
  /** Restarts of earlier times, when the cluster was reopened. */
  readonly restarts: number;
  /** Called after every change of the status. */
  readonly changed: () => void;
};

const retryMs = 2000;
const steadyMs = 30_000;

/** Starts a container and keeps it as the pod's restart policy wants. */
export function runContainer(options: RunOptions): ContainerRun {
  const { parts, pod, container, init, volumes, changed } = options;
  const source = { component: 'kubelet', host: parts.node.name };
  const event = (type: 'Normal' | 'Warning', reason: string, message: string): void =>
    parts.event(pod, type, reason, message, source);
  const policy = pod.spec.restartPolicy ?? 'Always';
  const log = containerLog();
  const leaving = new AbortController();
  let state: ContainerState = { waiting: { reason: init ? 'PodInitializing' : 'ContainerCreating' } };
  let lastState: ContainerState = {};
  let restartCount = options.restarts;
  let imageID = '';
  let id: string | undefined;
  let started = false;
  let ready = false;
  let ports: Readonly<Record<string, number>> = {};
  let process: KeptProcess | undefined;

  const set = (next: ContainerState): void => {
    state = next;
    changed();
  };
  const wait = (reason: string, message: string): void => set({ waiting: { reason, message } });

  const prepare = async (image: Image): Promise<ReturnType<typeof containerCommand> | undefined> => {
    while (!leaving.signal.aborted) {
      try {
        return containerCommand({
          ...parts,
          pod,
          container,
          image,
          volumes,
          nodeAddress: parts.node.address,
          port: await freePort(),
        });
      } catch (error) {
        if (!(error instanceof ConfigProblem) && !(error instanceof CreateProblem)) throw error;
        event('Warning', 'Failed', `Error: ${error.message}`);
        wait(error instanceof ConfigProblem ? 'CreateContainerConfigError' : 'CreateContainerError', error.message);
        await pause(retryMs, leaving.signal);
      }
    }
    return undefined;
  };

  const watchOver = (running: KeptProcess, over: AbortSignal): void => {
    const kill = (kind: string): void => {
      event('Normal', 'Killing', `Container ${container.name} failed ${kind} probe, will be restarted`);
      void running.kill('SIGTERM', (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000);
    };
    const reports = {
      started: () => {
        started = true;
        changed();
      },
      ready: (value: boolean) => {
        if (ready === value || over.aborted) return;
        ready = value;
        changed();
      },
      unhealthy: (kind: string, problem: string) => event('Warning', 'Unhealthy', `${kind} probe failed: ${problem}`),
      dead: kill,
    };
    runProbes(container, (declared) => ports[String(declared)], reports, over).catch((error: Error) =>
      parts.log(`kubelet: probe: ${error.message}`),
    );
  };

  /** One run of the process; undefined when it could not be started. */
  const once = async (image: Image): Promise<TerminatedState | undefined> => {
    const command = await prepare(image);
    if (command === undefined || leaving.signal.aborted) return undefined;
    log.turn();
    const startedAt = timestamp();
    try {
      process = await parts.keeper.spawn(command.command);
    } catch (error) {
      const message = `failed to start container process: ${(error as Error).message}`;
      event('Warning', 'Failed', `Error: ${message}`);
      return { exitCode: 128, reason: 'StartError', message, startedAt, finishedAt: timestamp() };
    }
    const running = process;
    running.onLine(log.add);
    const over = new AbortController();
    ports = command.ports;
    id = containerId();
    imageID = image.id;
    event('Normal', 'Started', `Started container ${container.name}`);
    set({ running: { startedAt } });
    watchOver(running, over.signal);
    if (leaving.signal.aborted) void running.kill('SIGKILL', 0);
    const exit = await running.exited;
    over.abort();
    process = undefined;
    started = false;
    ready = false;
    ports = {};
    return { ...endOf(exit), startedAt, finishedAt: timestamp() };
  };

  const live = async (): Promise<number | undefined> => {
    let failures = 0;
    while (!leaving.signal.aborted) {
      const image = await obtainImage({ ...parts, pod, container, event, wait, signal: leaving.signal });
      if (image === undefined) return undefined;
      const began = Date.now();
      const end = await once(image);
      if (end === undefined) return undefined;
      if (Date.now() - began > steadyMs) failures = 0;
      const again = policy === 'Always' && !init ? true : end.exitCode !== 0 && policy !== 'Never';
      set({ terminated: end });
      if (leaving.signal.aborted || !again) return end.exitCode;
      lastState = { terminated: end };
      // The first end is answered at once, as on a real node; then 1, 2, 4 ... 10 s.
      if (failures > 0) {
        const seconds = Math.min(10, 2 ** (failures - 1));
        const message = `back-off ${seconds}s restarting failed container=${container.name} pod=${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`;
        event(
          'Warning',
          'BackOff',
          `Back-off restarting failed container ${container.name} in pod ${pod.metadata.name}_${pod.metadata.namespace}(${pod.metadata.uid})`,
        );
        wait('CrashLoopBackOff', message);
        if (!(await pause(seconds * 1000, leaving.signal))) return undefined;
      }
      failures += 1;
      restartCount += 1;
    }
    return undefined;
  };

  const preStop = async (graceMs: number): Promise<void> => {
    const hook = container.lifecycle?.preStop;
    const never = new AbortController().signal;
    if (hook?.sleep !== undefined)
      await Promise.race([pause(Math.min(hook.sleep.seconds * 1000, graceMs), never), process?.exited]);
    else if (hook?.httpGet !== undefined) {
      const { port } = hook.httpGet;
      const number =
        typeof port === 'number' ? port : (container.ports?.find((each) => each.name === port)?.containerPort ?? 0);
      await probeHttp(hook.httpGet, ports[String(number)] ?? number, graceMs);
    } else if (hook?.exec !== undefined)
      event('Warning', 'FailedPreStopHook', 'only sleep and httpGet hooks run on the practice cluster');
  };

  const finished = live().catch((error: Error) => {
    parts.log(`kubelet: ${pod.metadata.name}/${container.name}: ${error.stack}`);
    return undefined;
  });
  return {
    status: () => ({
      name: container.name,
      image: container.image,
      imageID,
      ...(id === undefined ? {} : { containerID: id }),
      ready: init ? state.terminated?.exitCode === 0 : ready,
      started,
      restartCount,
      state,
      lastState,
    }),
    ports: () => ports,
    text: log.text,
    finished,
    stop: async (graceMs) => {
      const deadline = Date.now() + graceMs;
      leaving.abort();
      if (process !== undefined && graceMs > 0) {
        event('Normal', 'Killing', `Stopping container ${container.name}`);
        await preStop(graceMs);
        // A preStop that used up the time still leaves the program two seconds, as on a real node.
        await process?.kill('SIGTERM', Math.max(2000, deadline - Date.now()));
      } else await process?.kill('SIGKILL', 0);
      await finished;
    },
  };
}

const signals: Readonly<Record<string, number>> = {
  SIGHUP: 1,
  SIGINT: 2,
  SIGKILL: 9,
  SIGSEGV: 11,
  SIGTERM: 15,
  SIGABRT: 6,
};

function endOf({ code, signal }: KeptExit): { readonly exitCode: number; readonly reason: string } {
  const exitCode = code ?? 128 + (signals[signal ?? ''] ?? 9);
  return { exitCode, reason: exitCode === 0 ? 'Completed' : 'Error' };
}
