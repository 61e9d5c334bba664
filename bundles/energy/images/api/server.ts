import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { classifyDatabaseError } from '../common/database.ts';
import { errorFields } from '../common/log.ts';
import { type Answer, Refusal, refusalBody, securityHeaders, sendAnswer } from './answers.ts';
import { createRouter, type Route, readBody } from './router.ts';
import { alarmRoutes } from './routes/alarms.ts';
import { meterRoutes } from './routes/meters.ts';
import { operationRoutes } from './routes/operation.ts';
import { readingRoutes } from './routes/readings.ts';
import { sessionRoutes } from './routes/sessions.ts';
import type { Service } from './service.ts';

/** What a user whose password must be changed may still do. */
const allowedBeforeChange: ReadonlySet<string> = new Set(['PUT /api/v1/password', 'DELETE /api/v1/sessions']);

/** The HTTPS server with all routes, not yet listening. */
export function createService(
  service: Service,
  tls: { readonly certificateFile: string; readonly keyFile: string },
): Server {
  const route = createRouter([
    ...operationRoutes(service),
    ...sessionRoutes(service),
    ...meterRoutes(service),
    ...readingRoutes(service),
    ...alarmRoutes(service),
  ]);

  const answer = async (request: IncomingMessage, matched: (route: Route) => void): Promise<Answer> => {
    const url = new URL(request.url ?? '/', 'https://service');
    const { route: found, params } = route(request.method ?? 'GET', url.pathname);
    matched(found);
    const call = { request, params, query: url.searchParams, body: () => readBody(request) };
    if (found.access === 'open') return found.handle(call);
    const principal = await service.sessions.authenticate(request.headers.authorization);
    if (principal.mustChange && !allowedBeforeChange.has(`${found.method} ${found.path}`)) {
      throw new Refusal(403, 'password-change-required', 'Change the password first.');
    }
    if (found.permission !== undefined && !principal.permissions.has(found.permission)) {
      throw new Refusal(403, 'forbidden', `The role ${principal.role} lacks ${found.permission}.`);
    }
    return found.handle({ ...call, principal });
  };

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const start = performance.now();
    let pattern = 'unknown';
    const method = request.method ?? 'GET';
    const outcome = await answer(request, (found) => {
      pattern = found.path;
    }).catch((error: unknown) => refusalOf(error, service, method, pattern));
    if (response.destroyed) return;
    sendAnswer(response, outcome, service.draining());
    const seconds = (performance.now() - start) / 1000;
    const counted = pattern === 'unknown' ? 'OTHER' : method;
    service.metrics.request(counted, pattern, outcome.status, seconds);
    service.log('debug', 'request', {
      method: counted,
      route: pattern,
      status: outcome.status,
      milliseconds: Math.round(seconds * 1000),
    });
  };

  const server = createServer(
    {
      ...readTls(tls),
      minVersion: 'TLSv1.2',
      requestTimeout: 30_000,
      headersTimeout: 10_000,
      keepAliveTimeout: 75_000,
    },
    (request, response) => void handle(request, response),
  );
  server.on('clientError', (_error, socket) => {
    if (!socket.writable) return socket.destroy();
    const headers = Object.entries({
      ...securityHeaders,
      'content-type': 'application/json; charset=utf-8',
      connection: 'close',
    });
    const body = JSON.stringify(refusalBody('request-invalid', 'The request cannot be read.'));
    const lines = [...headers, ['content-length', Buffer.byteLength(body)]].map(([name, value]) => `${name}: ${value}`);
    socket.end(`HTTP/1.1 400 Bad Request\r\n${lines.join('\r\n')}\r\n\r\n${body}`);
  });
  return server;
}

/** Key and certificate as they lie in the mounted Secret. */
export function readTls(tls: { readonly certificateFile: string; readonly keyFile: string }) {
  return { cert: readFileSync(tls.certificateFile), key: readFileSync(tls.keyFile) };
}

/** The caller learns a code and a plain sentence; the fault itself goes to the log only. */
function refusalOf(error: unknown, service: Service, method: string, route: string): Answer {
  if (error instanceof Refusal)
    return { status: error.status, body: refusalBody(error.code, error.message), headers: error.headers };
  const kind = classifyDatabaseError(error);
  if (kind === 'schema-missing') {
    return { status: 503, body: refusalBody(kind, 'The database has no schema yet.'), headers: { 'retry-after': '5' } };
  }
  const id = randomUUID();
  service.log('error', 'request failed', { method, route, id, ...errorFields(error) });
  if (kind === 'database-unavailable') {
    return { status: 503, body: refusalBody(kind, 'The database does not answer.'), headers: { 'retry-after': '5' } };
  }
  return { status: 500, body: refusalBody('internal', `The request failed; the log has the details under ${id}.`) };
}
