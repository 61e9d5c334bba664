import type { RegistryEndpoint } from '../../../contract/site.ts';
import type { Tunnel } from '../tunnel.ts';
import { createBlobs } from './blobs.ts';
import { manifestCall, pull, putManifestCall, removeCall } from './calls.ts';
import type { RegistryClient } from './client.ts';
import { createDispatcher, type RegistryTrust } from './dispatcher.ts';
import { answerHeader } from './failures.ts';
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
  const { base, exchange } = transport;
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
    ...createBlobs(transport),
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
