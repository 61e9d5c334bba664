import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, request as send } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { registryEndpointSchema } from '../../../electron/contract/site.ts';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { ownCertificate } from '../../../electron/practice/certificate.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { openRegistry, registryUser } from '../../../electron/practice/registry/server.ts';

/** What the proxy does with a request instead of passing it on. */
export type Fault =
  | { readonly status: number; readonly headers?: Readonly<Record<string, string>>; readonly body?: string }
  /** Ends the connection after so many bytes of the body. */
  | { readonly cutAfter: number };

/** A request as the proxy saw it: `length` as announced, `bytes` as they came. */
export type Seen = {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | undefined;
  readonly length: number;
  bytes: number;
};

export type FaultyRegistry = {
  readonly url: string;
  readonly password: string;
  /** PEM to trust. */
  readonly authority: string;
  readonly seen: Seen[];
  /** Asked for every request; set by a test. */
  fault: (request: Seen) => Fault | undefined;
  /** Headers of an answer, changed on their way back. */
  mend: (headers: Record<string, string | string[] | undefined>) => void;
  readonly connect: (change?: {
    user?: string;
    password?: string;
    authorities?: readonly string[];
    prefix?: string;
  }) => RegistryClient;
};

/** A real registry over HTTPS with a proxy before it that plants faults and writes down every request. */
export async function faultyRegistry(test: TestContext, name = 'registry.test'): Promise<FaultyRegistry> {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-registry-'));
  const certificate = await ownCertificate(join(folder, 'own.pem'), name);
  const password = randomBytes(9).toString('base64url');
  const inner = await freePort();
  const registry = await openRegistry({
    folder: join(folder, 'data'),
    port: inner,
    password,
    certificate,
    log: () => undefined,
  });
  const seen: Seen[] = [];
  const made = { fault: (): Fault | undefined => undefined, mend: () => undefined } as Pick<
    FaultyRegistry,
    'fault' | 'mend'
  >;

  const pass = (request: IncomingMessage, response: ServerResponse, entry: Seen): void => {
    const fault = made.fault(entry);
    request.on('data', (chunk: Buffer) => {
      entry.bytes += chunk.length;
      if (fault !== undefined && 'cutAfter' in fault && entry.bytes >= fault.cutAfter) request.socket.destroy();
    });
    if (fault !== undefined) {
      if ('status' in fault) request.on('end', () => response.writeHead(fault.status, fault.headers).end(fault.body));
      else if (fault.cutAfter === 0) request.socket.destroy();
      return;
    }
    const onward = send(
      {
        host: '127.0.0.1',
        port: inner,
        method: entry.method,
        path: entry.path,
        headers: request.headers,
        rejectUnauthorized: false,
      },
      (answer) => {
        const headers = { ...answer.headers };
        made.mend(headers);
        response.writeHead(answer.statusCode ?? 500, headers);
        answer.pipe(response);
      },
    );
    onward.on('error', () => response.destroy());
    request.pipe(onward);
  };
  const proxy = createServer({ cert: certificate.certificate, key: certificate.key }, (request, response) => {
    request.on('error', () => undefined);
    const entry = {
      method: request.method ?? '',
      path: request.url ?? '',
      authorization: request.headers.authorization,
      length: Number(request.headers['content-length'] ?? 0),
      bytes: 0,
    };
    seen.push(entry);
    pass(request, response, entry);
  });
  proxy.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
  const clients: RegistryClient[] = [];
  test.after(async () => {
    await Promise.all(clients.map((client) => client.close()));
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return Object.assign(made, {
    url,
    password,
    authority: certificate.certificate,
    seen,
    connect: (change: { user?: string; password?: string; authorities?: readonly string[]; prefix?: string } = {}) => {
      const endpoint = registryEndpointSchema.parse({
        url,
        prefix: change.prefix ?? 'site',
        user: change.user ?? registryUser,
        credential: 'registry',
        host: 'data-01',
      });
      const client = connectRegistry({
        endpoint,
        password: () => change.password ?? password,
        authorities: change.authorities ?? [certificate.certificate],
      });
      clients.push(client);
      return client;
    },
  });
}
