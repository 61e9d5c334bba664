import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { ServerCertificate } from '../hosts/services.ts';
import { passwordTest } from '../hosts/ssh.ts';
import { loopback } from '../settings.ts';
import { RegistryError, type RegistryRequest, sendError, sendJson } from './answer.ts';
import { serveBlob } from './blobs.ts';
import { createLink } from './link.ts';
import { serveManifest } from './manifests.ts';
import { openRegistryStore, type RegistryStore } from './store.ts';
import { registryUploads, type Uploads } from './uploads.ts';

/** The account of the practice registry. */
export const registryUser = 'sitewright';

export type RegistryOptions = {
  readonly folder: string;
  readonly port: number;
  readonly password: string;
  readonly certificate: ServerCertificate;
  readonly log: (words: string) => void;
};

export type PracticeRegistry = {
  /** New connections are shown this certificate. Errors: the TLS layer's, when certificate and key do not fit. */
  readonly present: (certificate: ServerCertificate) => void;
  /** Status with which every upload is refused from now on; undefined ends it. */
  readonly refusePush: (status: number | undefined) => void;
  /** Bytes per second of all uploads together from now on; undefined ends it. */
  readonly slowDown: (bytesPerSecond: number | undefined) => void;
  /** Resets every open connection. */
  readonly cut: () => void;
  readonly close: () => Promise<void>;
};

/** Names of repositories as the distribution specification allows them. */
const repositoryPattern = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*(?:\/[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*)*$/;

/** Serves the distribution protocol over HTTPS on a loopback port. Errors: EADDRINUSE. */
export async function openRegistry(options: RegistryOptions): Promise<PracticeRegistry> {
  const store = await openRegistryStore(options.folder);
  const link = createLink();
  const uploads = registryUploads(store, link);
  const isPassword = passwordTest(options.password);
  let refusal: number | undefined;

  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    response.setHeader('docker-distribution-api-version', 'registry/2.0');
    demandAccount(request, isPassword);
    if (refusal !== undefined && isPush(request)) throw refused(refusal);
    await route(store, uploads, request, response);
  };
  const server = createServer(
    { cert: options.certificate.certificate, key: options.certificate.key },
    (request, response) => {
      request.on('error', () => undefined);
      response.on('error', () => undefined);
      handle(request, response).catch((error: unknown) => {
        const cut = request.destroyed && !request.complete;
        if (!(error instanceof RegistryError) && !cut)
          options.log(`registry: ${request.method} failed: ${String(error)}`);
        sendError(request, response, error);
      });
    },
  );
  // An upload over a slow link may take as long as it needs.
  server.requestTimeout = 0;
  server.on('tlsClientError', () => undefined);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: options.port, host: loopback, exclusive: true }, resolve);
  });
  return {
    present: ({ certificate, key }) => server.setSecureContext({ cert: certificate, key }),
    refusePush: (status) => {
      refusal = status;
    },
    slowDown: link.limit,
    cut: () => server.closeAllConnections(),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function route(
  store: RegistryStore,
  uploads: Uploads,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const url = new URL(request.url ?? '/', 'https://registry');
  const path = url.pathname;
  const method = request.method ?? 'GET';
  if (path === '/v2/' || path === '/v2') return sendJson(response, 200, {});
  if (path === '/v2/_catalog') {
    const all = await store.repositories();
    return sendJson(response, 200, { repositories: pageOf(all, url) }, nextLink(all, url));
  }
  const match = /^\/v2\/(.+)\/(?:(blobs\/uploads)\/([^/]*)|(blobs|manifests)\/([^/]+)|(tags\/list))$/.exec(path);
  if (match === null) throw new RegistryError(404, 'UNSUPPORTED', 'there is nothing under this path');
  const repository = match[1]!;
  if (!repositoryPattern.test(repository) || repository.length > 200)
    throw new RegistryError(400, 'NAME_INVALID', 'invalid repository name');
  const call: RegistryRequest = {
    request,
    response,
    query: url.searchParams,
    repository,
    reference: decodeURIComponent(match[3] ?? match[5] ?? ''),
  };
  if (match[6] !== undefined && method === 'GET') {
    const tags = await store.tags(repository);
    if (tags === undefined)
      throw new RegistryError(404, 'NAME_UNKNOWN', 'repository name not known to registry', {
        detail: { name: repository },
      });
    return sendJson(response, 200, { name: repository, tags: pageOf(tags, url) }, nextLink(tags, url));
  }
  if (match[2] !== undefined && method === 'POST' && call.reference === '') return uploads.begin(call);
  if (match[2] !== undefined && ['GET', 'PATCH', 'PUT', 'DELETE'].includes(method)) return uploads.serve(call);
  if (match[4] === 'blobs' && ['HEAD', 'GET', 'DELETE'].includes(method)) return serveBlob(store, call);
  if (match[4] === 'manifests' && ['HEAD', 'GET', 'PUT', 'DELETE'].includes(method)) return serveManifest(store, call);
  throw new RegistryError(405, 'UNSUPPORTED', 'the operation is unsupported');
}

/** One page of a list by `n` and `last`. */
function pageOf(all: readonly string[], url: URL): readonly string[] {
  const last = url.searchParams.get('last');
  const rest = last === null ? all : all.filter((name) => name > last);
  const wanted = url.searchParams.get('n');
  return wanted !== null && /^\d+$/.test(wanted) ? rest.slice(0, Number(wanted)) : rest;
}

function nextLink(all: readonly string[], url: URL): Readonly<Record<string, string>> {
  const shown = pageOf(all, url);
  const last = shown.at(-1);
  if (last === undefined || last === all.at(-1)) return {};
  return { link: `<${url.pathname}?n=${url.searchParams.get('n')}&last=${encodeURIComponent(last)}>; rel="next"` };
}

function demandAccount(request: IncomingMessage, isPassword: (given: string) => boolean): void {
  const encoded = /^Basic ([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const account = encoded === undefined ? '' : Buffer.from(encoded, 'base64').toString('utf8');
  const colon = account.indexOf(':');
  const right = isPassword(account.slice(colon + 1));
  if (colon >= 0 && right && account.slice(0, colon) === registryUser) return;
  throw new RegistryError(401, 'UNAUTHORIZED', 'authentication required', {
    headers: { 'www-authenticate': 'Basic realm="Sitewright practice registry"' },
  });
}

function isPush(request: IncomingMessage): boolean {
  return request.method === 'POST' || request.method === 'PATCH' || request.method === 'PUT';
}

function refused(status: number): RegistryError {
  if (status === 401 || status === 403)
    return new RegistryError(status, 'DENIED', 'requested access to the resource is denied');
  return new RegistryError(
    status,
    'UNKNOWN',
    status === 507 ? 'no space left on device' : 'the registry fails on purpose',
  );
}
