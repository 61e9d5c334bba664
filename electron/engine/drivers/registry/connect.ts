import { Readable } from 'node:stream';
import type { RegistryEndpoint } from '../../../contract/site.ts';
import type { Tunnel } from '../tunnel.ts';
import { blobCall, manifestCall, pull, putManifestCall, removeCall } from './calls.ts';
import type { RegistryClient } from './client.ts';
import { createDispatcher, type RegistryTrust } from './dispatcher.ts';
import { answerHeader, transportError, unexpected } from './failures.ts';
import { createTransport } from './transport.ts';
import { createUploads } from './uploads.ts';

/** What of a registry's endpoint a client needs. */
export type RegistryAddress = Pick<RegistryEndpoint, 'url' | 'prefix' | 'user' | 'credential'>;

/**
 * A registry by the OCI distribution specification 1.1. TLS is verified against the given authorities (and the public
 * ones), or by a pinned certificate; nothing is ever sent without verification.
 */
export function connectRegistry(options: {
  readonly endpoint: RegistryAddress;
  readonly password: () => string;
  readonly authorities: readonly string[];
  readonly trust?: Omit<RegistryTrust, 'authorities'>;
  readonly connections?: number;
  readonly tunnel?: Tunnel | undefined;
}): RegistryClient {
  const { endpoint } = options;
  const dispatcher = createDispatcher({
    trust: { ...options.trust, authorities: options.authorities },
    connections: options.connections ?? 8,
    tunnel: options.tunnel,
  });
  const transport = createTransport({
    base: new URL(endpoint.url),
    dispatcher,
    user: endpoint.user,
    password: options.password,
    credential: endpoint.credential,
  });
  const { base, exchange, stream } = transport;
  const prefix = endpoint.prefix.replace(/^\/+|\/+$/g, '');
  const manifest = (method: 'HEAD' | 'GET', repository: string, reference: string) =>
    exchange(manifestCall(method, repository, reference), [200, 404]);
  const remove = async (...what: Parameters<typeof removeCall>): Promise<boolean> => {
    const answer = await exchange(removeCall(...what), [200, 202, 204, 404, 405, 501]);
    return answer.status < 400;
  };

  return {
    host: base.host,
    origin: base.origin,
    anonymous: endpoint.user === '',
    ask: transport.ask,
    repository: (name) => (prefix === '' ? name : `${prefix}/${name}`),
    ping: async () => {
      await exchange({ method: 'GET', path: '/v2/', scopes: [] }, [200]);
    },
    headBlob: async (repository, digest) => {
      const answer = await exchange(blobCall('HEAD', repository, digest), [200, 404]);
      return answer.status === 200 ? Number(answerHeader(answer, 'content-length')) : undefined;
    },
    getBlob: async (repository, digest, { offset = 0, signal } = {}) => {
      const call = blobCall('GET', repository, digest);
      const { path } = call;
      const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {};
      let response = await stream({ ...call, headers, signal }, [200, 206, 302, 303, 307, 308]);
      // A registry in front of an object store sends its clients there.
      for (let hops = 0; response.statusCode >= 300 && hops < 3; hops += 1) {
        const to = new URL(answerHeader(response, 'location') ?? '', new URL(path, base));
        await response.body.dump();
        if (base.protocol === 'https:' && to.protocol !== 'https:')
          throw unexpected(base.host, { what: 'GET blob', status: to.origin });
        response = await stream({ method: 'GET', path: to.href, scopes: [], headers, signal }, [200, 206, 302, 307]);
      }
      const status = response.statusCode;
      if (status < 300 && (offset === 0 || status === 206)) return told(response.body, base.host, signal);
      await response.body.dump();
      const what = `GET ${path}${offset > 0 ? ' (range)' : ''}`;
      throw unexpected(base.host, { what, status });
    },
    headManifest: async (repository, reference) => {
      const answer = await manifest('HEAD', repository, reference);
      if (answer.status === 404) return undefined;
      return {
        digest: answerHeader(answer, 'docker-content-digest') ?? '',
        size: Number(answerHeader(answer, 'content-length')),
      };
    },
    getManifest: async (repository, reference) => {
      const answer = await manifest('GET', repository, reference);
      if (answer.status === 404) return undefined;
      return {
        digest: answerHeader(answer, 'docker-content-digest') ?? '',
        mediaType: answerHeader(answer, 'content-type') ?? '',
        content: answer.body,
      };
    },
    putManifest: async (repository, reference, mediaType, content) => {
      await exchange(putManifestCall(repository, reference, mediaType, content), [201, 200, 202]);
    },
    deleteManifest: (repository, reference) => remove(repository, 'manifests', reference),
    deleteBlob: (repository, digest) => remove(repository, 'blobs', digest),
    ...createUploads(transport),
    tags: async (repository) => {
      const answer = await exchange(
        { method: 'GET', repository, path: `/v2/${repository}/tags/list`, scopes: [pull(repository)] },
        [200, 404],
      );
      if (answer.status === 404) return [];
      return (JSON.parse(answer.body.toString('utf8')) as { tags: string[] | null }).tags ?? [];
    },
    // Nobody waits for an answer any more: what is still on its way would only hold up the end.
    close: async () => {
      await dispatcher.destroy();
    },
  };
}

/** A download whose end comes too early says so as every exchange does: who goes on after a cut knows it by that. */
function told(body: AsyncIterable<Buffer>, registry: string, signal: AbortSignal | undefined): Readable {
  async function* content() {
    try {
      yield* body;
    } catch (error) {
      throw transportError(registry, error, signal);
    }
  }
  return Readable.from(content(), { objectMode: false });
}
