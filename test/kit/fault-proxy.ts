import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { createChunkStore } from './fault-proxy/chunks.ts';
import { type Fault, plant } from './fault-proxy/faults.ts';
import { type Exchange, forward } from './fault-proxy/forward.ts';

export type { Fault } from './fault-proxy/faults.ts';

/** PEM of what the proxy shows. */
type Certificate = { readonly certificate: string; readonly key: string };

/** A reverse proxy in front of a real registry, with planted faults. Healthy, it passes Host and X-Forwarded-Proto on. */
export type FaultProxy = {
  /** `http(s)://127.0.0.1:<port>` */
  readonly url: string;
  /** Other faults from now on; exchanges under way keep theirs. */
  readonly plant: (...faults: readonly Fault[]) => void;
  /** Every exchange so far, in order of arrival. */
  readonly exchanges: readonly Exchange[];
  /** Bytes of request bodies that came in, e.g. `sent({ method: 'PATCH' })`; what was sent twice counts twice. */
  readonly sent: (match?: { readonly method?: string; readonly path?: RegExp }) => number;
  /** Forgets the exchanges. */
  readonly forget: () => void;
  /** Resets every open connection, now. */
  readonly cut: () => void;
  /** Shows another certificate to new connections. */
  readonly renew: (tls: Certificate) => void;
  readonly stop: () => Promise<void>;
};

/**
 * Starts it on a free port of loopback.
 *
 *     const proxy = await startFaultProxy(registry.url, { faults: [{ kind: 'cut', method: 'PATCH', afterBytes: 1_000_000, times: 1 }] });
 *     ... push to proxy.url ...
 *     assert.ok(proxy.sent({ method: 'PATCH' }) < size * 1.1);
 *
 * Another protocol on the port: `startBanner`, or the wrong scheme before this proxy's address.
 */
export async function startFaultProxy(
  target: string,
  options: { readonly tls?: Certificate; readonly faults?: readonly Fault[]; readonly port?: number } = {},
): Promise<FaultProxy> {
  const planted = plant(options.faults ?? []);
  const exchanges: Exchange[] = [];
  const open = new Set<Socket>();
  const chunks = createChunkStore(target);
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    const { socket } = request;
    const exchange = { method: request.method!, path: request.url!, status: 0, requestBytes: 0, answerBytes: 0 };
    exchanges.push(exchange);
    forward({
      target: new URL(target),
      secure: options.tls !== undefined,
      planted,
      chunks,
      request,
      socket,
      response,
      exchange,
    })
      // Connections that break are what this is made for.
      .catch(() => socket.destroy());
  };
  const server: Server =
    options.tls === undefined
      ? createServer(answer)
      : createTlsServer({ cert: options.tls.certificate, key: options.tls.key }, answer);
  // Stalls and throttled links take as long as they take.
  server.requestTimeout = 0;
  server.on('connection', (socket: Socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket)).on('error', () => undefined);
  });
  server.on('tlsClientError', () => undefined);
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const cut = () => {
    for (const socket of open) socket.resetAndDestroy();
  };
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plant: (...faults) => planted.set(faults),
    exchanges,
    sent: (match = {}) =>
      exchanges
        .filter(({ method, path }) => (match.method ?? method) === method && (match.path?.test(path) ?? true))
        .reduce((sum, { requestBytes }) => sum + requestBytes, 0),
    forget: () => {
      exchanges.length = 0;
    },
    cut,
    renew: ({ certificate, key }) => {
      (server as ReturnType<typeof createTlsServer>).setSecureContext({ cert: certificate, key });
    },
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      cut();
      await closed;
      chunks.close();
    },
  };
}
