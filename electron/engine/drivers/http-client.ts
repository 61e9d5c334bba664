import { isIP } from 'node:net';
import { createSecureContext } from 'node:tls';
import { Agent, request as send, errors as undiciErrors } from 'undici';
import { SitewrightError } from '../../contract/errors.ts';
import { anySignal } from './any-signal.ts';
import type { HttpClient, HttpRequest, HttpResponse } from './http.ts';
import { shakeHands } from './tls-handshake.ts';
import { trusting } from './trust.ts';
import { connectorThrough, type Tunnel } from './tunnel.ts';

/** An answer that takes longer is given up, ms. */
const defaultTimeoutMs = 10_000;
/** For TLS over a connection that is there, ms. */
const connectMs = 10_000;

/**
 * HTTP over pooled connections, verified against the authorities that exist when a request is sent.
 * Redirects are answers, not followed. Errors: http-unreachable, http-untrusted, http-timeout, cancelled.
 */
export function createHttpClient(options: {
  readonly authorities: () => readonly string[];
  readonly tunnel?: Tunnel | undefined;
}): HttpClient & { close(): Promise<void> } {
  /** One pool per trust and name: a connection verified for one must not serve another. */
  const agents = new Map<string, Agent>();

  const agentFor = (servername: string | undefined, trust: readonly string[] | undefined) => {
    const authorities = trust ?? options.authorities();
    const key = JSON.stringify([servername ?? '', trust !== undefined, authorities]);
    let agent = agents.get(key);
    if (agent === undefined) {
      const secureContext = trust === undefined ? trusting(authorities) : createSecureContext({ ca: [...trust] });
      const tls = servername === undefined || isIP(servername) > 0 ? { secureContext } : { secureContext, servername };
      const connect = options.tunnel ? connectorThrough(options.tunnel, { ...tls, timeoutMs: connectMs }) : tls;
      agent = new Agent({ connect, connections: 16, keepAliveTimeout: 5_000 });
      agents.set(key, agent);
    }
    return agent;
  };

  return {
    authorities: options.authorities,
    tunnel: options.tunnel,
    handshake: (target) => shakeHands(target, options.authorities(), options.tunnel),
    request: async (request) => {
      const limit = request.timeoutMs ?? defaultTimeoutMs;
      const timeout = AbortSignal.timeout(limit);
      const signal = request.signal === undefined ? timeout : anySignal([timeout, request.signal]);
      try {
        return await exchange(request, agentFor(request.servername, request.trust), signal, limit);
      } catch (error) {
        if (request.signal?.aborted) throw new SitewrightError('cancelled', {}, { cause: error });
        throw httpError(error, request.url, limit, timeout.aborted);
      }
    },
    close: async () => {
      const closing = [...agents.values()].map((agent) => agent.destroy());
      agents.clear();
      await Promise.all(closing);
    },
  };
}

async function exchange(request: HttpRequest, dispatcher: Agent, signal: AbortSignal, limit: number) {
  const start = performance.now();
  const answer = await send(request.url, {
    dispatcher,
    method: request.method as 'GET',
    headers: withHost(request),
    signal,
    headersTimeout: limit,
    bodyTimeout: limit,
    ...(request.body === undefined ? {} : { body: request.body }),
  });
  const body = Buffer.from(await answer.body.arrayBuffer());
  const headers: Record<string, string | readonly string[]> = {};
  for (const [name, value] of Object.entries(answer.headers)) if (value !== undefined) headers[name] = value;
  return { status: answer.statusCode, headers, body, durationMs: performance.now() - start } satisfies HttpResponse;
}

/** A service reached by address is still asked by its name: the Host header carries it, and undici takes SNI from there. */
function withHost(request: HttpRequest): Record<string, string> {
  const headers = { ...request.headers };
  const named = Object.keys(headers).some((name) => name.toLowerCase() === 'host');
  if (request.servername === undefined || isIP(request.servername) > 0 || named) return headers;
  const { port } = new URL(request.url);
  return { ...headers, host: port === '' ? request.servername : `${request.servername}:${port}` };
}

const untrusted = new Set([
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_SIGNATURE_FAILURE',
  'INVALID_PURPOSE',
  'INVALID_CA',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

/** What went wrong between here and the service, as an expected error. The URL's query is left out. */
export function httpError(error: unknown, url: string, limitMs: number, timedOut: boolean): SitewrightError {
  if (error instanceof SitewrightError) return error;
  const { origin } = new URL(url);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const late =
    timedOut ||
    error instanceof undiciErrors.HeadersTimeoutError ||
    error instanceof undiciErrors.BodyTimeoutError ||
    error instanceof undiciErrors.ConnectTimeoutError;
  if (late) return new SitewrightError('http-timeout', { url: origin, seconds: limitMs / 1000 }, { cause: error });
  if (untrusted.has(code))
    return new SitewrightError('http-untrusted', { url: origin, problem: code }, { cause: error });
  const problem = code === '' ? (error instanceof Error ? error.message : String(error)) : code;
  return new SitewrightError('http-unreachable', { url: origin, problem }, { cause: error });
}
