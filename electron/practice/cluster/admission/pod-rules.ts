import type { Container, PodSpec, Probe } from '../model/pods.ts';
import type { Causes } from './causes.ts';
import { dnsLabelProblem, dnsSubdomainProblem } from './names.ts';
import { parseQuantity } from './quantity.ts';

const restartPolicies = ['Always', 'OnFailure', 'Never'];

/** Looks a pod's specification over; `at` is where it stands, e.g. `spec.template.spec`. */
export function checkPodSpec(
  spec: PodSpec | undefined,
  at: string,
  found: Causes,
  allowed: readonly string[] = restartPolicies,
): void {
  if (spec === undefined) {
    found.required(at);
    return;
  }
  if (!Array.isArray(spec.containers) || spec.containers.length === 0) {
    found.required(`${at}.containers`);
    return;
  }
  if (!allowed.includes(spec.restartPolicy ?? 'Always'))
    found.unsupported(`${at}.restartPolicy`, spec.restartPolicy, allowed);
  const volumes = new Set<string>();
  for (const [index, volume] of (spec.volumes ?? []).entries()) {
    const field = `${at}.volumes[${index}]`;
    if (volumes.has(volume.name)) found.duplicate(`${field}.name`, volume.name);
    volumes.add(volume.name);
    const problem = dnsLabelProblem(volume.name ?? '');
    if (problem !== undefined) found.invalid(`${field}.name`, volume.name, problem);
    if (Object.keys(volume).length < 2) found.required(field, 'must specify a volume type');
  }
  const names = new Set<string>();
  for (const [list, containers] of [
    ['initContainers', spec.initContainers ?? []] as const,
    ['containers', spec.containers] as const,
  ]) {
    for (const [index, container] of containers.entries()) {
      const field = `${at}.${list}[${index}]`;
      if (names.has(container.name)) found.duplicate(`${field}.name`, container.name);
      names.add(container.name);
      checkContainer(container, field, volumes, found);
    }
  }
}

function checkContainer(container: Container, at: string, volumes: ReadonlySet<string>, found: Causes): void {
  const problem = dnsLabelProblem(container.name ?? '');
  if (container.name === undefined) found.required(`${at}.name`);
  else if (problem !== undefined) found.invalid(`${at}.name`, container.name, problem);
  if (container.image === undefined || container.image === '') found.required(`${at}.image`);
  else if (/\s/.test(container.image))
    found.invalid(`${at}.image`, container.image, 'must not have leading or trailing whitespace');
  for (const [index, port] of (container.ports ?? []).entries()) {
    if (!isPort(port.containerPort))
      found.invalid(
        `${at}.ports[${index}].containerPort`,
        port.containerPort,
        'must be between 1 and 65535, inclusive',
      );
  }
  for (const [index, variable] of (container.env ?? []).entries()) {
    const field = `${at}.env[${index}]`;
    if (!/^[^=\u0000-\u001f]+$/.test(variable.name ?? ''))
      found.invalid(`${field}.name`, variable.name, "a valid environment variable name must not contain '='");
    if (variable.value !== undefined && typeof variable.value !== 'string')
      found.invalid(`${field}.value`, variable.value, 'must be a string');
    if (variable.valueFrom !== undefined && variable.value !== undefined && variable.value !== '') {
      found.invalid(`${field}.valueFrom`, '', 'may not be specified when `value` is not empty');
    }
  }
  const mounted = new Set<string>();
  for (const [index, mount] of (container.volumeMounts ?? []).entries()) {
    const field = `${at}.volumeMounts[${index}]`;
    if (!volumes.has(mount.name))
      found.list.push({ reason: 'FieldValueNotFound', field: `${field}.name`, message: `Not found: "${mount.name}"` });
    if (mounted.has(mount.mountPath)) found.invalid(`${field}.mountPath`, mount.mountPath, 'must be unique');
    mounted.add(mount.mountPath);
  }
  checkResources(container, at, found);
  for (const kind of ['startupProbe', 'readinessProbe', 'livenessProbe'] as const)
    checkProbe(container[kind], `${at}.${kind}`, found);
}

function checkResources(container: Container, at: string, found: Causes): void {
  const { requests = {}, limits = {} } = container.resources ?? {};
  for (const [part, list] of Object.entries({ requests, limits })) {
    for (const [name, value] of Object.entries(list)) {
      if (parseQuantity(value) === undefined) {
        found.invalid(
          `${at}.resources.${part}.${name}`,
          value,
          "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'",
        );
      }
    }
  }
  for (const [name, value] of Object.entries(requests)) {
    const limit = limits[name];
    if (limit !== undefined && (parseQuantity(value) ?? 0) > (parseQuantity(limit) ?? 0)) {
      found.invalid(`${at}.resources.requests`, value, `must be less than or equal to ${name} limit of ${limit}`);
    }
  }
}

function checkProbe(probe: Probe | undefined, at: string, found: Causes): void {
  if (probe === undefined) return;
  const handlers = [probe.httpGet, probe.tcpSocket, probe.exec, probe.grpc].filter((handler) => handler !== undefined);
  if (handlers.length === 0) found.required(at, 'must specify a handler type');
  if (handlers.length > 1) found.forbidden(at, 'may not specify more than 1 handler type');
  for (const name of ['initialDelaySeconds', 'periodSeconds', 'timeoutSeconds', 'failureThreshold'] as const) {
    if ((probe[name] ?? 0) < 0) found.invalid(`${at}.${name}`, probe[name], 'must be greater than or equal to 0');
  }
}

export function isPort(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= 65535;
}

export function checkPullSecrets(spec: PodSpec | undefined, at: string, found: Causes): void {
  for (const [index, secret] of (spec?.imagePullSecrets ?? []).entries()) {
    const problem = dnsSubdomainProblem(secret.name ?? '');
    if (problem !== undefined) found.invalid(`${at}.imagePullSecrets[${index}].name`, secret.name, problem);
  }
}
