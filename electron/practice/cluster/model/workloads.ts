import type { ClusterObject, Condition, LabelSelector } from './objects.ts';
import type { Pod, PodTemplate } from './pods.ts';

export type Deployment = ClusterObject & {
  spec: {
    replicas?: number;
    selector: LabelSelector;
    template: PodTemplate;
    strategy?: {
      type?: 'RollingUpdate' | 'Recreate';
      rollingUpdate?: { maxSurge?: number | string; maxUnavailable?: number | string };
    };
    minReadySeconds?: number;
    revisionHistoryLimit?: number;
    progressDeadlineSeconds?: number;
    paused?: boolean;
  };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
    unavailableReplicas?: number;
    conditions?: Condition[];
  };
};

export type ReplicaSet = ClusterObject & {
  spec: { replicas: number; minReadySeconds?: number; selector: LabelSelector; template: PodTemplate };
  status?: {
    observedGeneration?: number;
    replicas?: number;
    fullyLabeledReplicas?: number;
    readyReplicas?: number;
    availableReplicas?: number;
  };
};

export type Job = ClusterObject & {
  spec: {
    template: PodTemplate;
    selector?: LabelSelector;
    completions?: number;
    parallelism?: number;
    backoffLimit?: number;
    activeDeadlineSeconds?: number;
    ttlSecondsAfterFinished?: number;
    suspend?: boolean;
  };
  status?: {
    active?: number;
    ready?: number;
    succeeded?: number;
    failed?: number;
    startTime?: string;
    completionTime?: string;
    conditions?: Condition[];
  };
};

export type ServicePort = {
  name?: string;
  port: number;
  protocol?: string;
  targetPort?: number | string;
  nodePort?: number;
};

export type Service = ClusterObject & {
  spec: {
    type?: 'ClusterIP' | 'NodePort' | 'LoadBalancer' | 'ExternalName';
    clusterIP?: string;
    clusterIPs?: string[];
    selector?: Record<string, string>;
    ports?: ServicePort[];
    publishNotReadyAddresses?: boolean;
  };
};

export type EndpointAddress = {
  ip: string;
  nodeName?: string;
  targetRef?: { kind: string; name: string; namespace: string; uid: string };
};

export type Endpoints = ClusterObject & {
  subsets?: {
    addresses?: EndpointAddress[];
    notReadyAddresses?: EndpointAddress[];
    ports?: { name?: string; port: number; protocol?: string }[];
  }[];
};

export type NodeObject = ClusterObject & {
  spec: { unschedulable?: boolean; taints?: { key: string; value?: string; effect: string }[] };
  status?: {
    capacity?: Record<string, string>;
    allocatable?: Record<string, string>;
    conditions?: Condition[];
    addresses?: { type: string; address: string }[];
    nodeInfo?: Record<string, string>;
    images?: unknown[];
  };
};

export type Namespace = ClusterObject & {
  spec?: { finalizers?: string[] };
  status?: { phase: 'Active' | 'Terminating' };
};
export type ConfigMap = ClusterObject & {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
  immutable?: boolean;
};
export type Secret = ClusterObject & {
  type?: string;
  /** Base64. */
  data?: Record<string, string>;
  immutable?: boolean;
};
export type ServiceAccount = ClusterObject & { imagePullSecrets?: { name: string }[] };

export type PersistentVolume = ClusterObject & {
  spec: {
    capacity?: { storage?: string };
    accessModes?: string[];
    storageClassName?: string;
    persistentVolumeReclaimPolicy?: string;
    claimRef?: { namespace: string; name: string; uid?: string };
    local?: { path: string };
    hostPath?: { path: string };
  };
  status?: { phase: string };
};
export type PersistentVolumeClaim = ClusterObject & {
  spec: {
    storageClassName?: string;
    accessModes?: string[];
    volumeName?: string;
    resources?: { requests?: { storage?: string } };
  };
  status?: { phase: string; capacity?: Record<string, string>; accessModes?: string[] };
};
export type StorageClass = ClusterObject & { provisioner: string; reclaimPolicy?: string; volumeBindingMode?: string };
export type EventObject = ClusterObject & {
  involvedObject: { kind: string; namespace?: string; name: string; uid?: string; apiVersion?: string };
  reason: string;
  message: string;
  type: 'Normal' | 'Warning';
  count: number;
  firstTimestamp: string;
  lastTimestamp: string;
  source: { component: string; host?: string };
};

/** The shape behind a kind's name; kinds that no controller reads are plain objects. */
export type ObjectOf<K extends string> = K extends keyof Shapes ? Shapes[K] : ClusterObject;
type Shapes = {
  Pod: Pod;
  Deployment: Deployment;
  ReplicaSet: ReplicaSet;
  Job: Job;
  Service: Service;
  Endpoints: Endpoints;
  Node: NodeObject;
  Namespace: Namespace;
  ConfigMap: ConfigMap;
  Secret: Secret;
  ServiceAccount: ServiceAccount;
  PersistentVolume: PersistentVolume;
  PersistentVolumeClaim: PersistentVolumeClaim;
  StorageClass: StorageClass;
  Event: EventObject;
};
