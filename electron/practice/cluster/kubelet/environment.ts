import { env as own, platform } from 'node:process';
import type { Container, EnvSource, Pod } from '../model/pods.ts';
import type { ObjectStore } from '../store/store.ts';
import type { ImageConfig } from './image/cache.ts';

/** Something that the container's configuration names is not there. */
export class ConfigProblem extends Error {}

/** The variables as the container declares them, before paths and ports are fitted to this machine. Errors: ConfigProblem. */
export function declaredEnvironment(
  store: ObjectStore,
  pod: Pod,
  container: Container,
  config: ImageConfig,
  nodeAddress: string,
): Record<string, string> {
  const { namespace } = pod.metadata;
  const variables: Record<string, string> = { HOSTNAME: pod.metadata.name };
  for (const line of config.Env ?? []) {
    const at = line.indexOf('=');
    if (at > 0) variables[line.slice(0, at)] = line.slice(at + 1);
  }
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const name = configMapRef?.name ?? secretRef?.name ?? '';
    const data =
      configMapRef === undefined ? secretOf(store, namespace, name) : store.get('ConfigMap', namespace, name)?.data;
    if (data === undefined && (configMapRef ?? secretRef)?.optional !== true)
      throw new ConfigProblem(`${configMapRef === undefined ? 'secret' : 'configmap'} "${name}" not found`);
    for (const [key, value] of Object.entries(data ?? {})) variables[`${prefix}${key}`] = value;
  }
  for (const { name, value, valueFrom } of container.env ?? []) {
    const found =
      valueFrom === undefined ? expand(value ?? '', variables) : sourcedValue(store, pod, valueFrom, nodeAddress);
    if (found !== undefined) variables[name] = found;
  }
  return variables;
}

/** `$(NAME)` is replaced by a variable that was set before, `$$(NAME)` says it literally. */
export function expand(words: string, variables: Readonly<Record<string, string>>): string {
  return words.replace(/\$\$|\$\(([A-Za-z_][\w.-]*)\)/g, (place, name: string | undefined) =>
    name === undefined ? '$' : (variables[name] ?? place),
  );
}

/** What a program needs of this machine to run at all; nothing else is passed on. */
export function machineEnvironment(): Record<string, string> {
  const names = platform === 'win32' ? ['PATH', 'SystemRoot', 'windir'] : ['PATH'];
  return Object.fromEntries(names.flatMap((name) => (own[name] === undefined ? [] : [[name, own[name]]])));
}

function secretOf(store: ObjectStore, namespace: string | undefined, name: string): Record<string, string> | undefined {
  const data = store.get('Secret', namespace, name)?.data;
  if (data === undefined) return store.get('Secret', namespace, name) === undefined ? undefined : {};
  return Object.fromEntries(
    Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString('utf8')]),
  );
}

function sourcedValue(store: ObjectStore, pod: Pod, source: EnvSource, nodeAddress: string): string | undefined {
  const { namespace } = pod.metadata;
  if (source.fieldRef !== undefined) return fieldOf(pod, source.fieldRef.fieldPath, nodeAddress);
  const reference = source.configMapKeyRef ?? source.secretKeyRef;
  if (reference === undefined) return '';
  const { name, key, optional } = reference;
  const kind = source.configMapKeyRef === undefined ? 'secret' : 'configmap';
  const data =
    kind === 'secret'
      ? secretOf(store, namespace, name)
      : store.get('ConfigMap', namespace, name) && (store.get('ConfigMap', namespace, name)?.data ?? {});
  if (data?.[key] !== undefined) return data[key];
  if (optional === true) return undefined;
  if (data === undefined) throw new ConfigProblem(`${kind} "${name}" not found`);
  throw new ConfigProblem(
    `couldn't find key ${key} in ${kind === 'secret' ? 'Secret' : 'ConfigMap'} ${namespace}/${name}`,
  );
}

function fieldOf(pod: Pod, path: string, nodeAddress: string): string {
  const [, table, key = ''] = /^metadata\.(labels|annotations)\['([^']+)'\]$/.exec(path) ?? [];
  if (table === 'labels' || table === 'annotations') return pod.metadata[table]?.[key] ?? '';
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid ?? '';
    case 'spec.nodeName':
      return pod.spec.nodeName ?? '';
    case 'spec.serviceAccountName':
      return pod.spec.serviceAccountName ?? '';
    case 'status.podIP':
      return '127.0.0.1';
    case 'status.hostIP':
      return nodeAddress;
    default:
      throw new ConfigProblem(`unsupported fieldPath: ${path}`);
  }
}
