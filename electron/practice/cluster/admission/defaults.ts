import type { ClusterObject } from '../model/objects.ts';
import type { Container, PodSpec, Probe } from '../model/pods.ts';
import type { Deployment, Job, Secret, Service, StorageClass } from '../model/workloads.ts';

/** Fills in what the API fills in when a field is left out. Changes the object that it is given. */
export function fillDefaults(object: ClusterObject): void {
  switch (object.kind) {
    case 'Pod':
      podDefaults(object.spec as PodSpec);
      return;
    case 'Deployment':
      deploymentDefaults(object as Deployment);
      return;
    case 'ReplicaSet':
      podDefaults((object as Deployment).spec?.template?.spec);
      return;
    case 'Job':
      jobDefaults(object as Job);
      return;
    case 'Service':
      serviceDefaults(object as Service);
      return;
    case 'Secret':
      secretDefaults(object as Secret & { stringData?: Record<string, string> });
      return;
    case 'PersistentVolumeClaim':
      fill(object.spec, { volumeMode: 'Filesystem' });
      return;
    case 'PersistentVolume':
      fill(object.spec, { volumeMode: 'Filesystem', persistentVolumeReclaimPolicy: 'Retain' });
      return;
    case 'StorageClass':
      fill(object as StorageClass, { reclaimPolicy: 'Delete', volumeBindingMode: 'Immediate' });
      return;
    case 'Namespace':
      object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name };
      object.spec ??= { finalizers: ['kubernetes'] };
      object.status ??= { phase: 'Active' };
      return;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      fill((object as { roleRef?: object }).roleRef, { apiGroup: 'rbac.authorization.k8s.io' });
      return;
    default:
  }
}

function fill(target: unknown, values: Readonly<Record<string, unknown>>): void {
  if (typeof target !== 'object' || target === null) return;
  const fields = target as Record<string, unknown>;
  for (const [name, value] of Object.entries(values)) if (fields[name] === undefined) fields[name] = value;
}

function probeDefaults(probe: Probe | undefined): void {
  fill(probe, { periodSeconds: 10, timeoutSeconds: 1, successThreshold: 1, failureThreshold: 3 });
  fill(probe?.httpGet, { scheme: 'HTTP', path: '/' });
}

function containerDefaults(container: Container): void {
  const tag = /:([^:/@]+)$/.exec(container.image ?? '')?.[1];
  const latest = !(container.image ?? '').includes('@') && (tag === undefined || tag === 'latest');
  fill(container, {
    imagePullPolicy: latest ? 'Always' : 'IfNotPresent',
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
    resources: {},
  });
  for (const port of container.ports ?? []) fill(port, { protocol: 'TCP' });
  for (const variable of container.env ?? []) fill(variable.valueFrom?.fieldRef, { apiVersion: 'v1' });
  for (const probe of [container.startupProbe, container.readinessProbe, container.livenessProbe]) probeDefaults(probe);
  // A limit without a request is the request too.
  if (container.resources?.limits !== undefined)
    container.resources.requests = { ...container.resources.limits, ...container.resources.requests };
}

function podDefaults(spec: PodSpec | undefined): void {
  if (spec === undefined) return;
  fill(spec, {
    restartPolicy: 'Always',
    dnsPolicy: 'ClusterFirst',
    schedulerName: 'default-scheduler',
    securityContext: {},
    terminationGracePeriodSeconds: 30,
  });
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) containerDefaults(container);
  for (const volume of spec.volumes ?? []) {
    fill(volume.configMap, { defaultMode: 420 });
    fill(volume.secret, { defaultMode: 420 });
    fill(volume.projected, { defaultMode: 420 });
  }
}

function deploymentDefaults({ spec }: Deployment): void {
  fill(spec, { replicas: 1, strategy: {}, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 });
  fill(spec?.strategy, { type: 'RollingUpdate' });
  if (spec?.strategy?.type === 'RollingUpdate') {
    fill(spec.strategy, { rollingUpdate: {} });
    fill(spec.strategy.rollingUpdate, { maxSurge: '25%', maxUnavailable: '25%' });
  }
  podDefaults(spec?.template?.spec);
}

function jobDefaults({ spec, metadata }: Job): void {
  fill(spec, { completions: 1, parallelism: 1, backoffLimit: 6, completionMode: 'NonIndexed', suspend: false });
  podDefaults(spec?.template?.spec);
  if (spec?.template === undefined || metadata.uid === undefined || spec.selector !== undefined) return;
  const labels = { 'batch.kubernetes.io/controller-uid': metadata.uid, 'batch.kubernetes.io/job-name': metadata.name };
  spec.selector = { matchLabels: { 'batch.kubernetes.io/controller-uid': metadata.uid } };
  spec.template.metadata = {
    ...spec.template.metadata,
    labels: { ...spec.template.metadata?.labels, ...labels, 'job-name': metadata.name },
  };
}

function serviceDefaults({ spec }: Service): void {
  fill(spec, {
    type: 'ClusterIP',
    sessionAffinity: 'None',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
  });
  if (spec?.type === 'NodePort') fill(spec, { externalTrafficPolicy: 'Cluster' });
  for (const port of spec?.ports ?? []) fill(port, { protocol: 'TCP', targetPort: port.port });
}

function secretDefaults(secret: Secret & { stringData?: Record<string, string> }): void {
  fill(secret, { type: 'Opaque' });
  foldStringData(secret);
}

/** stringData is write-only: it becomes base64 in data. */
export function foldStringData(object: ClusterObject): void {
  const secret = object as Secret & { stringData?: Record<string, string> };
  if (secret.kind !== 'Secret' || secret.stringData === undefined) return;
  const folded = Object.entries(secret.stringData).map(([name, value]) => [
    name,
    Buffer.from(String(value)).toString('base64'),
  ]);
  secret.data = { ...secret.data, ...Object.fromEntries(folded) };
  delete secret.stringData;
}
