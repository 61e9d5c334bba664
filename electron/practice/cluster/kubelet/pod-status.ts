import { type Condition, timestamp, withCondition } from '../model/objects.ts';
import type { ContainerStatus, Pod, PodStatus } from '../model/pods.ts';

/** The status of a pod from the statuses of its containers; pure but for the time. */
export function podStatus(
  pod: Pod,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  hostIP: string,
): PodStatus {
  const before = pod.status;
  const initialized = inits.every((each) => each.state.terminated?.exitCode === 0);
  const phase = phaseOf(pod, inits, containers, initialized);
  const finished = phase === 'Succeeded' || phase === 'Failed';
  const unready = containers.filter((each) => !each.ready).map((each) => each.name);
  const allReady = unready.length === 0 && containers.length > 0 && !finished;
  const notReady: Partial<Condition> = finished
    ? { reason: phase === 'Succeeded' ? 'PodCompleted' : 'PodFailed' }
    : { reason: 'ContainersNotReady', message: `containers with unready status: [${unready.join(' ')}]` };
  const readiness = (type: string): Condition =>
    allReady ? { type, status: 'True' } : { type, status: 'False', ...notReady };
  const waitsForInit = inits.filter((each) => each.state.terminated?.exitCode !== 0).map((each) => each.name);
  const wanted: Condition[] = [
    { type: 'PodReadyToStartContainers', status: finished ? 'False' : 'True' },
    initialized
      ? { type: 'Initialized', status: 'True' }
      : {
          type: 'Initialized',
          status: 'False',
          reason: 'ContainersNotInitialized',
          message: `containers with incomplete status: [${waitsForInit.join(' ')}]`,
        },
    readiness('Ready'),
    readiness('ContainersReady'),
  ];
  const { reason: _reason, message: _message, ...kept } = before ?? { phase };
  return {
    ...kept,
    phase,
    conditions: wanted.reduce<Condition[]>(
      (list, condition) => withCondition(list, condition),
      before?.conditions ?? [],
    ),
    hostIP,
    podIP: '127.0.0.1',
    podIPs: [{ ip: '127.0.0.1' }],
    startTime: before?.startTime ?? timestamp(),
    ...(inits.length === 0 ? {} : { initContainerStatuses: [...inits] }),
    containerStatuses: [...containers],
  };
}

function phaseOf(
  pod: Pod,
  inits: readonly ContainerStatus[],
  containers: readonly ContainerStatus[],
  initialized: boolean,
): PodStatus['phase'] {
  const policy = pod.spec.restartPolicy ?? 'Always';
  const failed = (status: ContainerStatus): boolean => (status.state.terminated?.exitCode ?? 0) !== 0;
  if (policy === 'Never' && inits.some(failed)) return 'Failed';
  if (!initialized) return 'Pending';
  const ended = containers.every((each) => each.state.terminated !== undefined);
  if (ended && policy !== 'Always') {
    if (!containers.some(failed)) return 'Succeeded';
    if (policy === 'Never') return 'Failed';
  }
  const running = containers.some(
    (each) =>
      each.state.running !== undefined ||
      each.state.terminated !== undefined ||
      each.lastState.terminated !== undefined,
  );
  return running ? 'Running' : 'Pending';
}
