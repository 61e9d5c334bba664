import { randomBytes, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { RPCHandler as HttpHandler } from '@orpc/server/node';
import { RPCHandler as SocketHandler } from '@orpc/server/ws';
import { WebSocketServer } from 'ws';
import { SitewrightError } from '../contract/errors.ts';
import { text } from '../contract/text.ts';
import type { Router } from '../engine/router.ts';
import { rendererFile } from './renderer-files.ts';

/** A running local server. */
export type LocalServer = {
  /** Address of the page, the token in its fragment: it never travels in a request line. */
  readonly address: string;
  readonly origin: string;
  readonly token: string;
  readonly close: () => Promise<void>;
};

/** WebSocket subprotocol; the token is offered as a second one. */
export const protocol = 'sitewright';

/** Where the built renderer lies; the launcher builds it before a server starts. */
export const rendererFolder = fileURLToPath(new URL('../../dist/renderer', import.meta.url));

/**
 * The contract over a WebSocket (`/rpc`) and over HTTP (`POST /rpc/...`), on loopback only. Every call needs the random
 * token of this start; a browser's call also needs the page's own origin, and every request a loopback Host, so that
 * neither a foreign page nor a rebound name gets through. Error: usage-invalid where the port cannot be had.
 */
export async function serve(router: Router, options: { readonly port?: number } = {}): Promise<LocalServer> {
  const token = randomBytes(24).toString('base64url');
  const http = new HttpHandler(router);
  const socket = new SocketHandler(router);
  let origin = '';

  const rightToken = (offered: string | undefined): boolean => {
    const given = Buffer.from(offered ?? '');
    return given.length === token.length && timingSafeEqual(given, Buffer.from(token));
  };
  const rightOrigin = (request: IncomingMessage): boolean => {
    const host = `http://${request.headers.host ?? ''}`;
    return host === origin && (request.headers.origin === undefined || request.headers.origin === origin);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const refuse = (status: number) => response.writeHead(status, { 'content-type': 'text/plain' }).end();
    if (!rightOrigin(request)) return void refuse(403);
    const url = request.url ?? '/';
    if (!URL.canParse(url, origin)) return void refuse(400);
    const path = new URL(url, origin).pathname;
    const asset =
      request.method === 'GET' && !path.startsWith('/rpc') ? rendererFile(rendererFolder, path, "'self'") : undefined;
    if (asset !== undefined) return void response.writeHead(200, asset.headers).end(asset.content);
    if (!path.startsWith('/rpc/')) return void refuse(404);
    if (!rightToken(request.headers.authorization?.replace(/^Bearer /, ''))) return void refuse(401);
    const { matched } = await http.handle(request, response, { prefix: '/rpc', context: {} });
    if (!matched) refuse(404);
  };
  // Whatever a request is made of, it never ends the engine.
  const server = createServer((request, response) => {
    answer(request, response).catch(() => {
      if (!response.headersSent) response.writeHead(400);
      response.end();
    });
  });

  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: 64 * 1024 * 1024,
    handleProtocols: () => protocol,
  });
  server.on('upgrade', (request, stream, head) => {
    stream.on('error', () => stream.destroy());
    const offered = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((word) => word.trim());
    const allowed = rightOrigin(request) && request.url === '/rpc' && offered[0] === protocol && rightToken(offered[1]);
    if (!allowed) {
      stream.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, stream, head, (connection) => {
      // What is no frame of the protocol ends its own connection.
      connection.on('error', () => connection.terminate());
      void socket.upgrade(connection, { context: {} });
    });
  });

  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        new SitewrightError(
          'usage-invalid',
          { problem: text('usage.port-taken', { port: String(options.port ?? '') }) },
          { cause: error },
        ),
      ),
    );
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    token,
    address: `${origin}/#${token}`,
    close: async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
