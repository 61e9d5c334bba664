import { isIP } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Pool } from 'undici';
import { SitewrightError } from '../../../contract/errors.ts';
import { anySignal } from '../../drivers/any-signal.ts';
import { trusting } from '../../drivers/trust.ts';
import { connectorThrough, type Tunnel } from '../../drivers/tunnel.ts';
import { openLoop } from './schedule.ts';
import { createTally, type LoadReport } from './tally.ts';

/** One load: where, what and how much. */
export type Load = {
  readonly url: string;
  readonly servername?: string;
  /** PEM of authorities to trust besides the system's. */
  readonly authorities: readonly string[];
  /** The way there, where it is not reached directly. */
  readonly tunnel?: Tunnel | undefined;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Requests per second. */
  readonly rate: number;
  readonly seconds: number;
  readonly warmUpSeconds: number;
  readonly connections: number;
  readonly burst?: number;
  readonly timeoutMs: number;
  /** Statuses that are a good answer. */
  readonly good: readonly number[];
};

/** A request that leaves so much after it was due started late, ms: beyond what a timer and a collection of garbage explain. */
export const lateAfterMs = 50;

/** How often the event loop's own lag is sampled, ms. */
const lagResolutionMs = 5;

/**
 * Sends requests on a schedule that does not wait for answers; each latency counts from the moment at which the request
 * was due, so that a stalled server is charged for everybody who would have waited. Error: cancelled.
 */
export async function generateLoad(
  load: Load,
  signal: AbortSignal,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<LoadReport> {
  const target = new URL(load.url);
  const named = load.servername !== undefined && isIP(load.servername) === 0 ? load.servername : undefined;
  const tls = {
    secureContext: trusting(load.authorities),
    ...(named === undefined ? {} : { servername: named }),
  };
  const pool = new Pool(target.origin, {
    connections: load.connections,
    pipelining: 1,
    connect: load.tunnel ? connectorThrough(load.tunnel, { ...tls, timeoutMs: load.timeoutMs }) : tls,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const lag = monitorEventLoopDelay({ resolution: lagResolutionMs });
  const schedule = openLoop(load);
  const tally = createTally(load.rate, load.seconds);
  const stop = new AbortController();
  const ended = anySignal([signal, stop.signal]);
  const headers = {
    ...load.headers,
    ...(named === undefined ? {} : { host: `${named}${target.port === '' ? '' : `:${target.port}`}` }),
  };
  const path = target.pathname + target.search;
  const measuredFrom = schedule.dueAt(schedule.warmUp);

  const fire = async (index: number, start: number) => {
    const due = start + schedule.dueAt(index);
    const late = performance.now() - due > lateAfterMs;
    const problem = await send(pool, path, load, headers, ended, due);
    if (index < schedule.warmUp) return;
    tally.record({
      second: Math.floor((schedule.dueAt(index) - measuredFrom) / 1_000),
      latencyMs: performance.now() - due,
      late,
      ...problem,
    });
  };

  const flying = new Set<Promise<void>>();
  lag.enable();
  try {
    const start = performance.now() + 20;
    for (let next = 0; next < schedule.count; ) {
      const wait = start + schedule.dueAt(next) - performance.now();
      // Timers fire late rather than early: sleep short of the moment, then send everything that is due.
      if (wait > 0.5) await sleep(Math.max(1, Math.floor(wait)), signal);
      const now = performance.now() - start;
      for (; next < schedule.count && schedule.dueAt(next) <= now + 0.5; next += 1) {
        const one = fire(next, start).finally(() => flying.delete(one));
        flying.add(one);
      }
      progress(next, schedule.count);
    }
    await Promise.all(flying);
    if (signal.aborted) throw new SitewrightError('cancelled');
    return tally.report({ lagMs: beyond(lag.max), lagP99Ms: beyond(lag.percentile(99)) });
  } finally {
    lag.disable();
    stop.abort();
    await Promise.allSettled(flying);
    await pool.destroy();
  }
}

/** The monitor reports the whole interval between its ticks, in ns; what exceeds the wanted interval is the lag. */
const beyond = (interval: number) => Math.max(0, interval / 1e6 - lagResolutionMs);

type Problem = { readonly problem?: string };

/** One request; its own time limit runs from the moment at which it was due. Never rejects. */
async function send(
  pool: Pool,
  path: string,
  load: Load,
  headers: Record<string, string>,
  ended: AbortSignal,
  due: number,
): Promise<Problem> {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), Math.max(0, due + load.timeoutMs - performance.now()));
  const abort = () => limit.abort();
  ended.addEventListener('abort', abort, { once: true });
  try {
    const answer = await pool.request({
      method: load.method as 'GET',
      path,
      headers,
      signal: limit.signal,
      ...(load.body === undefined ? {} : { body: load.body }),
    });
    await answer.body.dump();
    return load.good.includes(answer.statusCode) ? {} : { problem: `status ${answer.statusCode}` };
  } catch (error) {
    if (limit.signal.aborted) return { problem: 'timeout' };
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    return { problem: code === '' ? 'connection' : code };
  } finally {
    clearTimeout(timer);
    ended.removeEventListener('abort', abort);
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(new SitewrightError('cancelled'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
  });
}
