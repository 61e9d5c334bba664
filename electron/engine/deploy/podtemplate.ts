import type { KubernetesObject } from '../drivers/kubernetes/client.ts';
import { at, isRecord, type JsonRecord, recordsAt } from '../drivers/kubernetes/json.ts';

const templatePaths: Readonly<Record<string, readonly string[]>> = {
  Pod: [],
  Deployment: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
  DaemonSet: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  Job: ['spec', 'template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
};

/** Kinds whose pods are replaced one after the other when their template changes. */
export const rollingKinds: readonly string[] = ['Deployment', 'StatefulSet', 'DaemonSet'];

/** The pod template of a workload (a Pod is its own), undefined for every other kind. */
export function podTemplateOf(object: KubernetesObject): JsonRecord | undefined {
  const path = templatePaths[object.kind];
  if (path === undefined) return undefined;
  const template = at(object, ...path);
  return isRecord(template) ? template : undefined;
}

/** The object with another pod template; unchanged when it has none. */
export function withPodTemplate(
  object: KubernetesObject,
  change: (template: JsonRecord) => JsonRecord,
): KubernetesObject {
  const path = templatePaths[object.kind];
  if (path === undefined || podTemplateOf(object) === undefined) return object;
  return replaceAt(object, path, change) as KubernetesObject;
}

/** Containers and init containers of a pod template. */
export function containersOf(template: JsonRecord | undefined): readonly JsonRecord[] {
  return [...recordsAt(template, 'spec', 'initContainers'), ...recordsAt(template, 'spec', 'containers')];
}

function replaceAt(value: JsonRecord, path: readonly string[], change: (inner: JsonRecord) => JsonRecord): JsonRecord {
  const [field, ...rest] = path;
  if (field === undefined) return change(value);
  const inner = value[field];
  return isRecord(inner) ? { ...value, [field]: replaceAt(inner, rest, change) } : value;
}
