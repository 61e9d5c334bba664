import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, type Dispatcher, ProxyAgent } from 'undici';
import { SitewrightError } from '../../../contract/errors.ts';
import { anySignal } from '../any-signal.ts';
import { connectorThrough, type Tunnel } from '../tunnel.ts';
import { type Asked, codeOf, connectionFailure, failureOf } from './failures.ts';
import type { ClusterAccess } from './kubeconfig.ts';

export type RestRequest = {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Path with its query, from `/`. */
  readonly path: string;
  readonly body?: string;
  readonly contentType?: string;
  readonly accept?: string;
  readonly asked: Omit<Asked, 'server' | 'credential'>;
  /** Statuses that are an answer and not an error, besides 2xx. */
  readonly allow?: readonly number[];
  readonly signal?: AbortSignal | undefined;
};

export type RestAnswer = { readonly status: number; readonly text: string };

/** The cluster's HTTP door: one pool of connections, signed in, with the cluster's own CA. */
export type Rest = {
  readonly server: string;
  readonly send: (request: RestRequest) => Promise<RestAnswer>;
  /** Opens an answer that goes on, for watches; the caller ends it through the signal. */
  readonly stream: (request: RestRequest & { readonly signal: AbortSignal }) => Promise<Dispatcher.ResponseData>;
  /** The server's time by the `Date` header of its last answer, to the second; the own time before the first. */
  readonly now: () => Date;
  readonly close: () => Promise<void>;
};

const attempts = 4;
const answerLimitMs = 30_000;
/** Nothing was done at the server, or doing it again does no harm: all requests here are idempotent. */
const passing = new Set([
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_SOCKET',
  'ECONNREFUSED',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
]);
const busy = new Set([429, 502, 503, 504]);

export function openRest(
  access: ClusterAccess,
  options: {
    readonly credential: string;
    readonly signal?: AbortSignal | undefined;
    readonly tunnel?: Tunnel | undefined;
  },
): Rest {
  const connect =
    options.tunnel === undefined
      ? { ...access.tls, timeout: 10_000, keepAlive: true, keepAliveInitialDelay: 30_000 }
      : connectorThrough(options.tunnel, { ...access.tls, timeoutMs: 10_000 });
  const pool =
    access.proxy === undefined
      ? new Agent({ connect, keepAliveTimeout: 15_000 })
      : new ProxyAgent({ uri: access.proxy, requestTls: { ...access.tls } });

  let offsetMs = 0;
  const open = async (request: RestRequest, bodyTimeout: number): Promise<Dispatcher.ResponseData> => {
    const signal = joined(options.signal, request.signal);
    const response = await pool.request({
      origin: new URL(access.server).origin,
      path: basePath(access.server) + request.path,
      method: request.method,
      headers: {
        accept: request.accept ?? 'application/json',
        'user-agent': 'sitewright',
        ...(await access.headers()),
        ...(request.body === undefined ? {} : { 'content-type': request.contentType ?? 'application/json' }),
      },
      ...(request.body === undefined ? {} : { body: request.body }),
      ...(signal === undefined ? {} : { signal }),
      headersTimeout: answerLimitMs,
      bodyTimeout,
    });
    const date = Date.parse(String(response.headers.date));
    if (!Number.isNaN(date)) offsetMs = date - Date.now();
    return response;
  };

  const send = async (request: RestRequest): Promise<RestAnswer> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const response = await open(request, answerLimitMs);
        const text = await response.body.text();
        if (busy.has(response.statusCode) && attempt < attempts) {
          await sleep(
            pauseOf(response.headers['retry-after'], attempt),
            undefined,
            signalOption(options.signal, request.signal),
          );
          continue;
        }
        if (response.statusCode < 300 || request.allow?.includes(response.statusCode) === true)
          return { status: response.statusCode, text };
        throw failureOf(response.statusCode, parsed(text), {
          ...request.asked,
          server: access.server,
          credential: options.credential,
        });
      } catch (error) {
        if (!(error instanceof SitewrightError) && passing.has(codeOf(error)) && attempt < attempts) {
          await sleep(150 * 2 ** attempt, undefined, signalOption(options.signal, request.signal)).catch(
            () => undefined,
          );
          if (joined(options.signal, request.signal)?.aborted !== true) continue;
        }
        throw connectionFailure(error, access.server, joined(options.signal, request.signal));
      }
    }
  };

  const stream = async (request: RestRequest & { readonly signal: AbortSignal }): Promise<Dispatcher.ResponseData> => {
    try {
      // The watch loop has a stall limit of its own, which knows bookmarks.
      const response = await open(request, 0);
      if (response.statusCode < 300 || request.allow?.includes(response.statusCode) === true) return response;
      const text = await response.body.text();
      throw failureOf(response.statusCode, parsed(text), {
        ...request.asked,
        server: access.server,
        credential: options.credential,
      });
    } catch (error) {
      throw connectionFailure(error, access.server, joined(options.signal, request.signal));
    }
  };

  return {
    server: access.server,
    send,
    stream,
    now: () => new Date(Date.now() + offsetMs),
    close: () => pool.destroy(),
  };
}

/** The JSON of an answer, undefined when it is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function basePath(server: string): string {
  return new URL(server).pathname.replace(/\/+$/, '');
}

function pauseOf(header: string | string[] | undefined, attempt: number): number {
  const seconds = Number(Array.isArray(header) ? header[0] : header);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 10) * 1000 : 150 * 2 ** attempt;
}

function joined(one: AbortSignal | undefined, other: AbortSignal | undefined): AbortSignal | undefined {
  if (one === undefined) return other;
  return other === undefined ? one : anySignal([one, other]);
}

function signalOption(one: AbortSignal | undefined, other: AbortSignal | undefined): { signal?: AbortSignal } {
  const signal = joined(one, other);
  return signal === undefined ? {} : { signal };
}
