import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { discover } from './discovery.ts';
import { ApiProblem, noSuchPath, unauthorized } from './problem.ts';
import { type ResourceParts, serveResource } from './resources.ts';

export type ApiServer = { readonly port: number; readonly stop: () => Promise<void> };

/** Paths that answer without a token, as on a real cluster. */
const open = new Set(['/readyz', '/livez', '/healthz', '/version']);

/** Serves the API over HTTPS on 127.0.0.1. `port` 0 or a taken one: any free port. */
export async function startApiServer(options: {
  readonly token: string;
  readonly certificate: { readonly key: string; readonly cert: string };
  readonly port: number;
  readonly parts: ResourceParts;
  readonly log: (words: string) => void;
}): Promise<ApiServer> {
  const expected = createHash('sha256').update(options.token).digest();
  const allowed = (request: IncomingMessage): boolean => {
    const given = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1] ?? '';
    return timingSafeEqual(createHash('sha256').update(given).digest(), expected);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'https://127.0.0.1');
    const path = url.pathname.length > 1 ? url.pathname.replace(/\/$/, '') : url.pathname;
    url.pathname = path;
    if (!open.has(path) && !allowed(request)) throw unauthorized();
    if (path === '/readyz' || path === '/livez' || path === '/healthz') {
      response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      return;
    }
    const found = request.method === 'GET' ? discover(path, request.headers.host ?? '') : undefined;
    if (found !== undefined) {
      sendJson(response, 200, found);
      return;
    }
    if (!path.startsWith('/api/') && !path.startsWith('/apis/')) throw noSuchPath();
    const result = await serveResource(options.parts, request, response, url);
    if (result !== undefined) sendJson(response, result.status, result.body);
  };

  const server = createServer({ ...options.certificate, minVersion: 'TLSv1.2' }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!(error instanceof ApiProblem))
        options.log(`api: ${request.method} ${request.url?.split('?')[0]}: ${(error as Error).stack}`);
      const problem =
        error instanceof ApiProblem ? error : new ApiProblem(500, 'InternalError', 'Internal error occurred');
      if (response.headersSent) response.destroy();
      else sendJson(response, problem.code, problem.status());
    });
  });
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.keepAliveTimeout = 60_000;
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(options.port).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE' && error.code !== 'EACCES') throw error;
    options.log(`api: port ${options.port} is taken, another one is used`);
    return listen(0);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const words = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(words),
    'cache-control': 'no-cache, private',
  });
  response.end(words);
}
