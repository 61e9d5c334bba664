import type { ClusterObject, Condition, Metadata } from './objects.ts';

/** Where a value of the environment comes from. */
export type EnvSource = {
  configMapKeyRef?: { name: string; key: string; optional?: boolean };
  secretKeyRef?: { name: string; key: string; optional?: boolean };
  fieldRef?: { fieldPath: string };
};

export type ProbeAction = {
  httpGet?: {
    path?: string;
    port: number | string;
    scheme?: 'HTTP' | 'HTTPS';
    httpHeaders?: { name: string; value: string }[];
  };
  tcpSocket?: { port: number | string };
  exec?: { command: string[] };
  grpc?: { port: number };
};

/** Seconds for all times, as on the wire. */
export type Probe = ProbeAction & {
  initialDelaySeconds?: number;
  periodSeconds?: number;
  timeoutSeconds?: number;
  successThreshold?: number;
  failureThreshold?: number;
};

export type Container = {
  name: string;
  image: string;
  imagePullPolicy?: 'Always' | 'IfNotPresent' | 'Never';
  command?: string[];
  args?: string[];
  workingDir?: string;
  env?: { name: string; value?: string; valueFrom?: EnvSource }[];
  envFrom?: {
    prefix?: string;
    configMapRef?: { name: string; optional?: boolean };
    secretRef?: { name: string; optional?: boolean };
  }[];
  ports?: { name?: string; containerPort: number; protocol?: string }[];
  volumeMounts?: { name: string; mountPath: string; subPath?: string; readOnly?: boolean }[];
  resources?: { requests?: Record<string, string | number>; limits?: Record<string, string | number> };
  startupProbe?: Probe;
  readinessProbe?: Probe;
  livenessProbe?: Probe;
  lifecycle?: {
    preStop?: { sleep?: { seconds: number }; httpGet?: ProbeAction['httpGet']; exec?: { command: string[] } };
  };
};

/** Which keys of a ConfigMap or Secret become which files. */
export type VolumeItems = { key: string; path: string; mode?: number }[];

export type Volume = {
  name: string;
  configMap?: { name: string; optional?: boolean; items?: VolumeItems };
  secret?: { secretName: string; optional?: boolean; items?: VolumeItems };
  emptyDir?: { medium?: string; sizeLimit?: string };
  persistentVolumeClaim?: { claimName: string; readOnly?: boolean };
  hostPath?: { path: string; type?: string };
  projected?: {
    sources: {
      configMap?: { name: string; optional?: boolean; items?: VolumeItems };
      secret?: { name: string; optional?: boolean; items?: VolumeItems };
    }[];
  };
};

export type PodSpec = {
  containers: Container[];
  initContainers?: Container[];
  volumes?: Volume[];
  nodeName?: string;
  nodeSelector?: Record<string, string>;
  tolerations?: { key?: string; operator?: string; value?: string; effect?: string }[];
  restartPolicy?: 'Always' | 'OnFailure' | 'Never';
  terminationGracePeriodSeconds?: number;
  imagePullSecrets?: { name: string }[];
  serviceAccountName?: string;
};

export type PodTemplate = { metadata?: Partial<Metadata>; spec: PodSpec };

/** How a container's process ended. */
export type TerminatedState = {
  exitCode: number;
  signal?: number;
  reason: string;
  message?: string;
  startedAt?: string;
  finishedAt?: string;
};

export type ContainerState = {
  waiting?: { reason: string; message?: string };
  running?: { startedAt: string };
  terminated?: TerminatedState;
};

export type ContainerStatus = {
  name: string;
  image: string;
  imageID: string;
  containerID?: string;
  ready: boolean;
  started: boolean;
  restartCount: number;
  state: ContainerState;
  lastState: ContainerState;
};

export type PodStatus = {
  phase: 'Pending' | 'Running' | 'Succeeded' | 'Failed';
  conditions?: Condition[];
  containerStatuses?: ContainerStatus[];
  initContainerStatuses?: ContainerStatus[];
  hostIP?: string;
  podIP?: string;
  podIPs?: { ip: string }[];
  startTime?: string;
  qosClass?: string;
  reason?: string;
  message?: string;
};

export type Pod = ClusterObject & { spec: PodSpec; status?: PodStatus };

/** Annotation in which the kubelet keeps the local ports of a pod: JSON, declared container port to local port. */
export const portsAnnotation = 'practice.sitewright.io/ports';

/** Local port by declared container port, while the pod's containers run. */
export function localPorts(pod: Pod): Record<string, number> {
  const words = pod.metadata.annotations?.[portsAnnotation];
  return words === undefined ? {} : (JSON.parse(words) as Record<string, number>);
}

export function isReady(pod: Pod): boolean {
  return (
    pod.status?.conditions?.some((condition) => condition.type === 'Ready' && condition.status === 'True') ?? false
  );
}

/** Neither finished nor on its way out. */
export function isActive(pod: Pod): boolean {
  return !isFinished(pod) && pod.metadata.deletionTimestamp === undefined;
}

export function isFinished(pod: Pod): boolean {
  return pod.status?.phase === 'Succeeded' || pod.status?.phase === 'Failed';
}
