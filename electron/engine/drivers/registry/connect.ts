import { pipeline, type Readable, Transform } from 'node:stream';
import { Agent, type Dispatcher, errors, request } from 'undici';
import { asSitewrightError, SitewrightError } from '../../../contract/errors.ts';
import type { RegistryEndpoint } from '../../../contract/site.ts';
import { trusting } from '../trust.ts';
import { createAuthorization } from './authorization.ts';
import type { RegistryClient } from './client.ts';

/** No byte for this long on an open exchange is a stall; there is no limit on the whole. */
const stallMs = 30_000;

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];

type Call = {
  readonly method: Dispatcher.HttpMethod;
  readonly repository?: string;
  readonly path: string;
  readonly scopes: readonly string[];
  readonly headers?: Record<string, string>;
  /** Made anew for each try. `failure` tells whether it was the source that broke, and not the line. */
  readonly body?: () => { readonly content: Buffer | Readable; readonly failure?: () => Error | undefined };
  readonly signal?: AbortSignal;
};

type Answer = {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Buffer;
};

/**
 * A registry by the OCI distribution specification 1.1. TLS is verified against the given authorities (and the system's);
 * nothing is ever sent without verification.
 */
export function connectRegistry(options: {
  readonly endpoint: RegistryEndpoint;
  readonly password: () => string;
  readonly authorities: readonly string[];
  readonly connections?: number;
}): RegistryClient {
  const { endpoint } = options;
  const base = new URL(endpoint.url);
  const agent = new Agent({
    connections: options.connections ?? 8,
    headersTimeout: stallMs,
    bodyTimeout: stallMs,
    connect: {
      timeout: 10_000,
      secureContext: trusting(options.authorities),
    },
  });
  const prefix = endpoint.prefix.replace(/^\/+|\/+$/g, '');

  const once = async (call: Call, authorization: string | undefined): Promise<Answer> => {
    const body = call.body?.();
    const url = new URL(call.path, base);
    // An upload may be sent on to another host; the account is for this registry only.
    const account = authorization !== undefined && url.origin === base.origin ? { authorization } : {};
    try {
      const response = await request(url, {
        method: call.method,
        dispatcher: agent,
        headers: { ...call.headers, ...account },
        body: body?.content ?? null,
        ...(call.signal && { signal: call.signal }),
      });
      return {
        status: response.statusCode,
        headers: response.headers,
        body: Buffer.from(await response.body.arrayBuffer()),
      };
    } catch (error) {
      const broken = body?.failure?.();
      if (broken !== undefined) throw asSitewrightError(broken);
      throw transportError(base.host, error, call.signal);
    }
  };

  const authorization = createAuthorization({
    registry: base.host,
    user: endpoint.user,
    password: options.password,
    credential: endpoint.credential,
    clock: Date.now,
    fetch: async (url, headers) => {
      const secure = base.protocol !== 'https:' || url.startsWith('https:');
      if (!secure)
        throw new SitewrightError('registry-response', {
          registry: base.host,
          status: new URL(url).origin,
          what: 'GET token',
        });
      const answer = await once({ method: 'GET', path: url, scopes: [], headers }, undefined);
      return { status: answer.status, body: answer.body.toString('utf8') };
    },
  });

  const exchange = async (call: Call, accepted: readonly number[]): Promise<Answer> => {
    const sent = await authorization.header(call.scopes);
    let answer = await once(call, sent);
    if (
      answer.status === 401 &&
      (await authorization.challenge(header(answer, 'www-authenticate'), call.scopes, sent))
    ) {
      answer = await once(call, await authorization.header(call.scopes));
    }
    if (accepted.includes(answer.status)) return answer;
    throw refusal(base.host, endpoint.credential, call, answer);
  };

  const pull = (repository: string) => [`repository:${repository}:pull`];
  const push = (repository: string) => [`repository:${repository}:pull,push`];
  const absolute = (location: string | undefined, call: string): string => {
    if (location === undefined)
      throw new SitewrightError('registry-response', { registry: base.host, status: 'no Location', what: call });
    const { href, protocol } = new URL(location, base);
    // Behind a proxy that ends TLS, some registries name themselves without it: never followed into the open.
    if (base.protocol === 'https:' && protocol !== 'https:')
      throw new SitewrightError('registry-response', { registry: base.host, status: href, what: call });
    return href;
  };

  return {
    host: base.host,
    repository: (name) => (prefix === '' ? name : `${prefix}/${name}`),
    ping: async () => {
      await exchange({ method: 'GET', path: '/v2/', scopes: [] }, [200]);
    },
    headBlob: async (repository, digest) => {
      const answer = await exchange(
        { method: 'HEAD', repository, path: `/v2/${repository}/blobs/${digest}`, scopes: pull(repository) },
        [200, 404],
      );
      return answer.status === 200 ? Number(header(answer, 'content-length')) : undefined;
    },
    headManifest: async (repository, reference) => {
      const answer = await exchange(
        {
          method: 'HEAD',
          repository,
          path: `/v2/${repository}/manifests/${reference}`,
          scopes: pull(repository),
          headers: { accept: manifestTypes.join(', ') },
        },
        [200, 404],
      );
      if (answer.status === 404) return undefined;
      return { digest: header(answer, 'docker-content-digest') ?? '', size: Number(header(answer, 'content-length')) };
    },
    getManifest: async (repository, reference) => {
      const answer = await exchange(
        {
          method: 'GET',
          repository,
          path: `/v2/${repository}/manifests/${reference}`,
          scopes: pull(repository),
          headers: { accept: manifestTypes.join(', ') },
        },
        [200, 404],
      );
      if (answer.status === 404) return undefined;
      return {
        digest: header(answer, 'docker-content-digest') ?? '',
        mediaType: header(answer, 'content-type') ?? '',
        content: answer.body,
      };
    },
    mountBlob: async (repository, digest, from) => {
      const path = `/v2/${repository}/blobs/uploads/?mount=${digest}&from=${encodeURIComponent(from)}`;
      const scopes = [...push(repository), ...pull(from)];
      const answer = await exchange(
        { method: 'POST', repository, path, scopes, headers: { 'content-length': '0' } },
        [201, 202],
      );
      if (answer.status === 201) return true;
      // The registry opened an upload instead; it is closed so that nothing is left behind.
      const session = absolute(header(answer, 'location'), 'mount');
      await exchange(
        { method: 'DELETE', repository, path: session, scopes: push(repository) },
        [200, 202, 204, 404, 405],
      );
      return false;
    },
    putBlob: async (repository, blob, { signal, sent }) => {
      const scopes = push(repository);
      const opened = await exchange(
        {
          method: 'POST',
          repository,
          path: `/v2/${repository}/blobs/uploads/`,
          scopes,
          headers: { 'content-length': '0' },
          signal,
        },
        [202],
      );
      let session = absolute(header(opened, 'location'), 'POST upload');
      try {
        if (blob.size > 0) {
          const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) };
          const body = () => counted(blob.open(), sent);
          const patched = await exchange(
            { method: 'PATCH', repository, path: session, scopes, headers, body, signal },
            [202, 201, 204],
          );
          session = absolute(header(patched, 'location') ?? session, 'PATCH upload');
        }
        // The session's address is opaque: what stands in it is sent back as it came.
        const closing = `${session}${session.includes('?') ? '&' : '?'}digest=${encodeURIComponent(blob.digest)}`;
        await exchange(
          { method: 'PUT', repository, path: closing, scopes, headers: { 'content-length': '0' }, signal },
          [201, 204],
        );
      } catch (error) {
        await exchange({ method: 'DELETE', repository, path: session, scopes }, [200, 202, 204, 404, 405]).catch(
          () => undefined,
        );
        throw error;
      }
    },
    putManifest: async (repository, reference, mediaType, content) => {
      await exchange(
        {
          method: 'PUT',
          repository,
          path: `/v2/${repository}/manifests/${reference}`,
          scopes: push(repository),
          headers: { 'content-type': mediaType },
          body: () => ({ content }),
        },
        [201, 200, 202],
      );
    },
    tags: async (repository) => {
      const answer = await exchange(
        { method: 'GET', repository, path: `/v2/${repository}/tags/list`, scopes: pull(repository) },
        [200, 404],
      );
      if (answer.status === 404) return [];
      return (JSON.parse(answer.body.toString('utf8')) as { tags: string[] | null }).tags ?? [];
    },
    close: () => agent.close(),
  };
}

/** The same stream, telling how many bytes have left and whether its source broke. */
function counted(
  source: Readable,
  sent: (bytes: number) => void,
): { content: Readable; failure: () => Error | undefined } {
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent(chunk.length);
      done(null, chunk);
    },
  });
  let failure: Error | undefined;
  // When the line breaks first, the counter is destroyed before its source.
  source.once('error', (error) => {
    if (counter.errored === null) failure = error;
  });
  pipeline(source, counter, () => undefined);
  return { content: counter, failure: () => failure };
}

function header(answer: Answer, name: string): string | undefined {
  const value = answer.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const certificateReasons = /^(CERT_|ERR_TLS_CERT|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO)/;

function transportError(registry: string, error: unknown, signal: AbortSignal | undefined): SitewrightError {
  if (signal?.aborted) return asSitewrightError(signal.reason);
  const code = (error as { code?: string }).code ?? '';
  if (certificateReasons.test(code))
    return new SitewrightError('registry-tls-untrusted', { registry }, { cause: error, detail: code });
  const detail =
    error instanceof errors.UndiciError || code !== '' ? `${code} ${(error as Error).message}`.trim() : String(error);
  return new SitewrightError('registry-unreachable', { registry }, { cause: error, detail });
}

/** Which error an answer is, by status and by what was asked. The answer's words are kept, shortened. */
function refusal(registry: string, credential: string, call: Call, answer: Answer): SitewrightError {
  const what = `${call.method} ${new URL(call.path, 'https://registry').pathname}`;
  const detail = `${answer.status} ${answer.body.toString('utf8').replace(/\s+/g, ' ').slice(0, 500)}`;
  if (answer.status === 401) return new SitewrightError('registry-unauthorized', { registry, credential }, { detail });
  const writes = ['POST', 'PATCH', 'PUT'].includes(call.method);
  if (writes && [403, 405, 413, 429, 507].includes(answer.status)) {
    const repository = call.repository ?? '';
    return new SitewrightError(
      'registry-push-refused',
      { registry, what, status: answer.status, repository },
      { detail },
    );
  }
  return new SitewrightError('registry-response', { registry, status: answer.status, what }, { detail });
}
