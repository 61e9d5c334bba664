import type { Cause } from '../api/problem.ts';
import type { Kind } from '../model/kinds.ts';
import { type ClusterObject, isJsonObject, sameJson, selectorMatches } from '../model/objects.ts';
import type { PodSpec } from '../model/pods.ts';
import type {
  ConfigMap,
  Deployment,
  Job,
  PersistentVolumeClaim,
  Secret,
  Service,
  StorageClass,
} from '../model/workloads.ts';
import { type Causes, causes } from './causes.ts';
import {
  configurationKeyProblem,
  dnsLabelProblem,
  dnsSubdomainProblem,
  labelKeyProblem,
  labelValueProblem,
  pathSegmentProblem,
  serviceNameProblem,
} from './names.ts';
import { checkPodSpec, checkPullSecrets, isPort } from './pod-rules.ts';

/** Everything that is wrong with an object; `live` is the present one, whose immutable fields must stay. */
export function findCauses(kind: Kind, object: ClusterObject, live: ClusterObject | undefined): readonly Cause[] {
  const found = causes();
  checkMetadata(kind, object, found);
  switch (kind.kind) {
    case 'Pod':
      checkPodSpec(object.spec as PodSpec, 'spec', found);
      checkPullSecrets(object.spec as PodSpec, 'spec', found);
      if (live !== undefined) podImmutable(object, live, found);
      break;
    case 'Deployment':
    case 'ReplicaSet':
      checkDeployment(object as Deployment, live as Deployment | undefined, found);
      break;
    case 'Job':
      checkJob(object as Job, live as Job | undefined, found);
      break;
    case 'Service':
      checkService(object as Service, live as Service | undefined, found);
      break;
    case 'ConfigMap':
    case 'Secret':
      checkData(object as Secret, live as Secret | undefined, found);
      break;
    case 'PersistentVolumeClaim':
      checkClaim(object as PersistentVolumeClaim, live as PersistentVolumeClaim | undefined, found);
      break;
    case 'StorageClass':
      if (((object as StorageClass).provisioner ?? '') === '') found.required('provisioner');
      if (live !== undefined)
        unchanged(object, live, ['provisioner', 'reclaimPolicy', 'volumeBindingMode', 'parameters'], '', found);
      break;
    case 'RoleBinding':
    case 'ClusterRoleBinding':
      if (!isJsonObject((object as { roleRef?: unknown }).roleRef)) found.required('roleRef.name');
      else if (live !== undefined) unchanged(object, live, ['roleRef'], '', found, 'cannot change roleRef');
      break;
    default:
  }
  return found.list;
}

function checkMetadata(kind: Kind, { metadata }: ClusterObject, found: Causes): void {
  const rule =
    kind.kind === 'Service'
      ? serviceNameProblem
      : kind.kind === 'Namespace'
        ? dnsLabelProblem
        : kind.looseNames === true
          ? pathSegmentProblem
          : dnsSubdomainProblem;
  if (typeof metadata.name !== 'string' || metadata.name === '')
    found.required('metadata.name', 'name or generateName is required');
  else {
    const problem = rule(metadata.name);
    if (problem !== undefined) found.invalid('metadata.name', metadata.name, problem);
  }
  checkLabels(metadata.labels, 'metadata.labels', found);
  for (const [key, value] of Object.entries(metadata.annotations ?? {})) {
    const problem = labelKeyProblem(key.toLowerCase());
    if (problem !== undefined) found.invalid('metadata.annotations', key, problem);
    if (typeof value !== 'string') found.invalid(`metadata.annotations.${key}`, value, 'must be a string');
  }
}

function checkLabels(labels: Record<string, string> | undefined, at: string, found: Causes): void {
  for (const [key, value] of Object.entries(labels ?? {})) {
    const keyProblem = labelKeyProblem(key);
    if (keyProblem !== undefined) found.invalid(at, key, keyProblem);
    const problem = labelValueProblem(value);
    if (problem !== undefined) found.invalid(at, value, problem);
  }
}

function checkDeployment(object: Deployment, live: Deployment | undefined, found: Causes): void {
  const { spec } = object;
  if (spec?.selector === undefined || Object.keys(spec.selector).length === 0) {
    found.required('spec.selector');
    return;
  }
  if (spec.template === undefined) {
    found.required('spec.template');
    return;
  }
  checkLabels(spec.template.metadata?.labels, 'spec.template.metadata.labels', found);
  if (!selectorMatches(spec.selector, spec.template.metadata?.labels)) {
    found.invalid(
      'spec.template.metadata.labels',
      spec.template.metadata?.labels ?? {},
      '`selector` does not match template `labels`',
    );
  }
  if (live !== undefined && !sameJson(live.spec.selector, spec.selector))
    found.invalid('spec.selector', spec.selector, 'field is immutable');
  if (spec.replicas !== undefined && !(Number.isInteger(spec.replicas) && spec.replicas >= 0)) {
    found.invalid('spec.replicas', spec.replicas, 'must be greater than or equal to 0');
  }
  const rolling = spec.strategy?.rollingUpdate;
  for (const name of ['maxSurge', 'maxUnavailable'] as const) {
    const value = rolling?.[name];
    if (value !== undefined && !/^\d+%?$/.test(String(value)))
      found.invalid(`spec.strategy.rollingUpdate.${name}`, value, 'must be an integer or a percentage');
  }
  if (rolling !== undefined && /^0%?$/.test(String(rolling.maxSurge)) && /^0%?$/.test(String(rolling.maxUnavailable))) {
    found.invalid(
      'spec.strategy.rollingUpdate.maxUnavailable',
      rolling.maxUnavailable,
      'may not be 0 when `maxSurge` is 0',
    );
  }
  checkPodSpec(spec.template.spec, 'spec.template.spec', found, ['Always']);
  checkPullSecrets(spec.template.spec, 'spec.template.spec', found);
}

function checkJob({ spec }: Job, live: Job | undefined, found: Causes): void {
  if (spec?.template === undefined) {
    found.required('spec.template');
    return;
  }
  checkPodSpec(spec.template.spec, 'spec.template.spec', found, ['OnFailure', 'Never']);
  if (live !== undefined) unchanged(spec, live.spec, ['selector', 'completions', 'template'], 'spec.', found);
}

function checkService({ spec }: Service, live: Service | undefined, found: Causes): void {
  const types = ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName'];
  if (spec === undefined) {
    found.required('spec');
    return;
  }
  if (!types.includes(spec.type ?? 'ClusterIP')) found.unsupported('spec.type', spec.type, types);
  if ((spec.ports ?? []).length === 0 && spec.clusterIP !== 'None' && spec.type !== 'ExternalName')
    found.required('spec.ports');
  const names = new Set<string>();
  for (const [index, port] of (spec.ports ?? []).entries()) {
    const at = `spec.ports[${index}]`;
    if (!isPort(port.port)) found.invalid(`${at}.port`, port.port, 'must be between 1 and 65535, inclusive');
    if ((spec.ports ?? []).length > 1 && port.name === undefined) found.required(`${at}.name`);
    if (port.name !== undefined && names.has(port.name)) found.duplicate(`${at}.name`, port.name);
    if (port.name !== undefined) names.add(port.name);
    if (port.nodePort !== undefined && !isPort(port.nodePort))
      found.invalid(`${at}.nodePort`, port.nodePort, 'must be between 1 and 65535, inclusive');
    if (port.nodePort !== undefined && spec.type === 'ClusterIP')
      found.forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'");
  }
  if (live?.spec.clusterIP !== undefined && spec.clusterIP !== live.spec.clusterIP)
    found.invalid('spec.clusterIPs[0]', spec.clusterIP, 'may not change once set');
}

function checkData(object: ConfigMap & Secret, live: (ConfigMap & Secret) | undefined, found: Causes): void {
  const secret = object.kind === 'Secret';
  for (const [key, value] of Object.entries(object.data ?? {})) {
    const problem = configurationKeyProblem(key);
    if (problem !== undefined) found.invalid(`data[${key}]`, key, problem);
    // The value of a secret is never said back.
    if (typeof value !== 'string') found.invalid(`data[${key}]`, secret ? '***' : value, 'must be a string');
    else if (secret && !/^[A-Za-z0-9+/\s]*={0,2}$/.test(value))
      found.invalid(`data[${key}]`, '***', 'illegal base64 data');
  }
  const need = (key: string): void => {
    if (object.data?.[key] === undefined) found.required(`data[${key}]`);
  };
  if (secret && object.type === 'kubernetes.io/tls') for (const key of ['tls.crt', 'tls.key']) need(key);
  if (secret && object.type === 'kubernetes.io/dockerconfigjson') need('.dockerconfigjson');
  if (live === undefined) return;
  if (secret && live.type !== object.type) found.invalid('type', object.type, 'field is immutable');
  if (live.immutable === true && (!sameJson(live.data, object.data) || object.immutable !== true)) {
    found.forbidden('data', 'field is immutable when `immutable` is set');
  }
}

function checkClaim({ spec }: PersistentVolumeClaim, live: PersistentVolumeClaim | undefined, found: Causes): void {
  if ((spec?.accessModes ?? []).length === 0) found.required('spec.accessModes', 'at least 1 access mode is required');
  if (spec?.resources?.requests?.storage === undefined) found.required('spec.resources[storage]');
  if (live === undefined) return;
  if (!sameJson(live.spec.accessModes, spec.accessModes) || live.spec.storageClassName !== spec.storageClassName) {
    found.forbidden(
      'spec',
      'spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims',
    );
  }
}

function podImmutable(object: ClusterObject, live: ClusterObject, found: Causes): void {
  const bare = (pod: ClusterObject): unknown => {
    const spec = structuredClone(pod.spec) as PodSpec;
    for (const container of [...spec.containers, ...(spec.initContainers ?? [])]) container.image = '';
    return spec;
  };
  if (found.list.length === 0 && !sameJson(bare(object), bare(live))) {
    found.forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`, `spec.initContainers[*].image`',
    );
  }
}

function unchanged(
  object: object,
  live: object,
  names: readonly string[],
  at: string,
  found: Causes,
  words = 'field is immutable',
): void {
  for (const name of names) {
    const value = (object as Record<string, unknown>)[name];
    if (!sameJson(value, (live as Record<string, unknown>)[name])) found.invalid(`${at}${name}`, value, words);
  }
}
