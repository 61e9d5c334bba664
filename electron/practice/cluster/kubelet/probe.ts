import { request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Container, Probe, ProbeAction } from '../model/pods.ts';

/** How one look at a container ended; `problem` is what the Unhealthy event says. */
export type ProbeResult = { readonly ok: true } | { readonly ok: false; readonly problem: string };

/** Looks once. `portOf` gives the local port for a declared one. */
export function probeOnce(
  probe: Probe,
  container: Container,
  portOf: (declared: number) => number | undefined,
): Promise<ProbeResult> {
  const timeoutMs = (probe.timeoutSeconds ?? 1) * 1000;
  if (probe.httpGet !== undefined)
    return probeHttp(probe.httpGet, localPort(probe.httpGet.port, container, portOf), timeoutMs);
  if (probe.tcpSocket !== undefined) return probeTcp(localPort(probe.tcpSocket.port, container, portOf), timeoutMs);
  return Promise.resolve({ ok: false, problem: 'only httpGet and tcpSocket probes run on the practice cluster' });
}

function localPort(
  port: number | string,
  container: Container,
  portOf: (declared: number) => number | undefined,
): number {
  const declared =
    typeof port === 'number'
      ? port
      : (container.ports?.find((each) => each.name === port)?.containerPort ?? Number(port));
  return portOf(declared) ?? declared;
}

export function probeHttp(
  action: NonNullable<ProbeAction['httpGet']>,
  port: number,
  timeoutMs: number,
): Promise<ProbeResult> {
  const secure = action.scheme === 'HTTPS';
  const path = action.path ?? '/';
  const headers = Object.fromEntries((action.httpHeaders ?? []).map(({ name, value }) => [name, value]));
  const url = `${secure ? 'https' : 'http'}://127.0.0.1:${port}${path}`;
  return new Promise((resolve) => {
    const options = {
      host: '127.0.0.1',
      port,
      path,
      method: 'GET',
      headers: { 'user-agent': 'kube-probe/1.34', connection: 'close', ...headers },
      agent: false as const,
    };
    // The real kubelet does not verify either: it asks a pod by address, which no certificate names.
    const call = secure ? requestHttps({ ...options, rejectUnauthorized: false }) : requestHttp(options);
    const timer = setTimeout(
      () => call.destroy(new Error('context deadline exceeded (Client.Timeout exceeded while awaiting headers)')),
      timeoutMs,
    );
    const done = (result: ProbeResult): void => {
      clearTimeout(timer);
      resolve(result);
    };
    call.on('response', (response) => {
      response.resume();
      const status = response.statusCode ?? 0;
      done(
        status >= 200 && status < 400
          ? { ok: true }
          : { ok: false, problem: `HTTP probe failed with statuscode: ${status}` },
      );
    });
    call.on('error', (error) => done({ ok: false, problem: `Get "${url}": ${error.message}` }));
    call.end();
  });
}

function probeTcp(port: number, timeoutMs: number): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: timeoutMs });
    const done = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.on('connect', () => done({ ok: true }));
    socket.on('timeout', () => done({ ok: false, problem: `dial tcp 127.0.0.1:${port}: i/o timeout` }));
    socket.on('error', (error) => done({ ok: false, problem: `dial tcp 127.0.0.1:${port}: ${error.message}` }));
  });
}

/** What the probes of one run report. */
export type ProbeReports = {
  readonly started: () => void;
  readonly ready: (ready: boolean) => void;
  /** A look failed; said as an event. */
  readonly unhealthy: (kind: string, problem: string) => void;
  /** The startup or liveness threshold is reached: the container has to go. */
  readonly dead: (kind: string) => void;
};

/** Runs the probes of one run of a container until the signal. A container without a probe counts as well. */
export async function runProbes(
  container: Container,
  portOf: (declared: number) => number | undefined,
  reports: ProbeReports,
  signal: AbortSignal,
): Promise<void> {
  const { startupProbe, readinessProbe, livenessProbe } = container;
  if (startupProbe !== undefined && !(await waitForStart(startupProbe, container, portOf, reports, signal))) return;
  if (signal.aborted) return;
  reports.started();
  const loops: Promise<void>[] = [];
  if (readinessProbe === undefined) reports.ready(true);
  else {
    loops.push(
      watchProbe(readinessProbe, container, portOf, signal, (ok, problem, failures) => {
        if (!ok) reports.unhealthy('Readiness', problem);
        if (ok) reports.ready(true);
        else if (failures >= (readinessProbe.failureThreshold ?? 3)) reports.ready(false);
        return false;
      }),
    );
  }
  if (livenessProbe !== undefined) {
    loops.push(
      watchProbe(livenessProbe, container, portOf, signal, (ok, problem, failures) => {
        if (ok) return false;
        reports.unhealthy('Liveness', problem);
        const over = failures >= (livenessProbe.failureThreshold ?? 3);
        if (over) reports.dead('liveness');
        return over;
      }),
    );
  }
  await Promise.all(loops);
}

const eagerMs = 500;

async function waitForStart(
  probe: Probe,
  container: Container,
  portOf: (declared: number) => number | undefined,
  reports: ProbeReports,
  signal: AbortSignal,
): Promise<boolean> {
  if (!(await pause((probe.initialDelaySeconds ?? 0) * 1000, signal))) return false;
  // Looked at more often than asked for, within the same time: a training should not wait for a period.
  const deadline = Date.now() + (probe.failureThreshold ?? 3) * (probe.periodSeconds ?? 10) * 1000;
  for (;;) {
    const result = await probeOnce(probe, container, portOf);
    if (signal.aborted) return false;
    if (result.ok) return true;
    reports.unhealthy('Startup', result.problem);
    if (Date.now() >= deadline) {
      reports.dead('startup');
      return false;
    }
    if (!(await pause(Math.min(eagerMs, (probe.periodSeconds ?? 10) * 1000), signal))) return false;
  }
}

/** Looks again and again; the judge answers whether to end. Until the first success it looks twice a second. */
async function watchProbe(
  probe: Probe,
  container: Container,
  portOf: (declared: number) => number | undefined,
  signal: AbortSignal,
  judge: (ok: boolean, problem: string, failures: number) => boolean,
): Promise<void> {
  if (!(await pause((probe.initialDelaySeconds ?? 0) * 1000, signal))) return;
  const periodMs = (probe.periodSeconds ?? 10) * 1000;
  const eager = probe === container.readinessProbe;
  let successes = 0;
  let failures = 0;
  let seen = false;
  while (!signal.aborted) {
    const result = await probeOnce(probe, container, portOf);
    if (signal.aborted) return;
    successes = result.ok ? successes + 1 : 0;
    failures = result.ok ? 0 : failures + 1;
    const enough = result.ok && successes >= (probe.successThreshold ?? 1);
    seen ||= enough;
    if ((enough || !result.ok) && judge(result.ok, result.ok ? '' : result.problem, failures)) return;
    if (!(await pause(eager && !seen ? Math.min(eagerMs, periodMs) : periodMs, signal))) return;
  }
}

/** Waits; false when the signal came first. */
export async function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return false;
  return sleep(ms, true, { signal }).catch(() => false);
}
