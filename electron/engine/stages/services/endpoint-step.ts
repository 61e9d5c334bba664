import { setTimeout as sleep } from 'node:timers/promises';
import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { ReleaseFile } from '../../bundle/release.ts';
import { recordsAt } from '../../drivers/kubernetes/json.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import { clause, type EndpointInput } from './model.ts';

type Service = ReleaseFile['services'][number];
type Answer = { readonly status: number; readonly reason: Text };

/** A service that was just started may need a moment until its port is served everywhere. */
const limitMs = 30_000;
const pauseMs = 500;

/** Finds where a service of the release is reached from outside, keeps that as a fact and proves it by real requests. */
export const endpointStep: StepKind<EndpointInput> = {
  verify: async (context, input) => {
    const service = context.release.file.services.find(({ name }) => name === input.service);
    if (service === undefined)
      throw new SitewrightError('release-invalid', { file: 'release.yaml', problem: `services: ${input.service}` });
    const started = performance.now();
    const port = await nodePortOf(context, service);
    const addresses = nodeAddresses(context);
    let best: { address: string; health: Answer; ready: Answer } | undefined;
    for (;;) {
      for (const address of addresses) {
        const base = urlOf(service.scheme, address, port);
        const health = await ask(context, service, `${base}${service.health}`);
        const ready = health.status === 200 ? await ask(context, service, `${base}${service.ready}`) : health;
        best = { address, health, ready };
        if (ready.status === 200) break;
      }
      if (best === undefined || best.ready.status === 200 || performance.now() - started > limitMs) break;
      const url = urlOf(service.scheme, best.address, port);
      context.progress(0, 1, undefined, text('services.waiting.answer', { url, reason: best.ready.reason }));
      await sleep(pauseMs, undefined, { signal: context.signal });
    }
    if (best === undefined)
      throw new SitewrightError('site-invalid', { file: context.site.name, problem: 'hosts: no worker' });
    const url = urlOf(service.scheme, best.address, port);
    context.facts.put(`service:${service.name}`, 'endpoint', {
      url,
      address: best.address,
      port,
      servername: service.hostname,
    });
    record(context, service, url, best, performance.now() - started);
  },
};

async function nodePortOf(context: StepContext, service: Service): Promise<number> {
  const client = await context.drivers.kubernetes();
  const namespace = context.release.file.namespace;
  const object = `Service ${namespace}/${service.service}`;
  const live = await client.get({ apiVersion: 'v1', kind: 'Service', name: service.service, namespace });
  if (live === undefined)
    throw new SitewrightError('workload-failed', { object, reason: text('services.failed.service-absent') });
  const port = recordsAt(live, 'spec', 'ports').find(({ name }) => name === service.port);
  if (typeof port?.nodePort === 'number') return port.nodePort;
  throw new SitewrightError('workload-failed', {
    object,
    reason: text('services.failed.no-port', { port: service.port }),
  });
}

/** A node port is open on every node; workers first, since a control plane may be closed to the outside. */
function nodeAddresses(context: StepContext): readonly string[] {
  const withRole = (role: 'worker' | 'control-plane'): readonly string[] =>
    context.site.hosts.filter((host) => host.roles.includes(role)).map((host) => host.address);
  return [...new Set([...withRole('worker'), ...withRole('control-plane')])];
}

async function ask(context: StepContext, service: Service, url: string): Promise<Answer> {
  try {
    const response = await context.drivers.http.request({
      method: 'GET',
      url,
      servername: service.hostname,
      timeoutMs: 10_000,
      signal: context.signal,
    });
    return { status: response.status, reason: verbatim(`HTTP ${response.status}`) };
  } catch (error) {
    context.signal.throwIfAborted();
    const problem = asSitewrightError(error);
    if (problem.code === 'internal') throw error;
    return { status: 0, reason: problem.view().message };
  }
}

function record(
  context: StepContext,
  service: Service,
  url: string,
  found: { readonly health: Answer; readonly ready: Answer },
  durationMs: number,
): void {
  const passed = found.health.status === 200 && found.ready.status === 200;
  context.finding({
    check: 'services.endpoint',
    subject: service.name,
    title: text('services.finding.endpoint', { title: service.title }),
    category: 'health',
    clause,
    qualification: 'IQ',
    mustPass: true,
    status: passed ? 'passed' : 'failed',
    expected: text('services.finding.endpoint.expected', {
      health: service.health,
      ready: service.ready,
      hostname: service.hostname,
    }),
    actual: text('services.finding.endpoint.actual', {
      url,
      health: service.health,
      healthStatus: found.health.reason,
      ready: service.ready,
      readyStatus: found.ready.reason,
      ms: Math.round(durationMs),
    }),
    ...(passed ? {} : { fix: { text: text('services.finding.endpoint.fix', { service: service.service }) } }),
    evidence: [],
    durationMs,
  });
}

function urlOf(scheme: string, address: string, port: number): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
