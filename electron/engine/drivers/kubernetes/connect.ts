import { setTimeout as sleep } from 'node:timers/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { anySignal } from '../any-signal.ts';
import type { Tunnel } from '../tunnel.ts';
import type { KubernetesClient, KubernetesObject, ObjectReference } from './client.ts';
import { createDiscovery, groupPath, type KindName, unknownKind } from './discovery.ts';
import { at } from './json.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { nameOf, referenceOf } from './reference.ts';
import { openRest, parsed, type RestRequest } from './rest.ts';
import { listCollection, type WatchTiming, watchCollection, withQuery } from './watch.ts';

/** Under which name the cluster records the fields that the engine sets. */
export const fieldManager = 'sitewright';

export type ConnectOptions = {
  /** kubeconfig as YAML. */
  readonly kubeconfig: string;
  /** Ends every request. */
  readonly signal?: AbortSignal;
  /** Address to use instead of the kubeconfig's, e.g. of a forwarded port. */
  readonly server?: string;
  /** The way there, where it is not reached directly. A proxy that the kubeconfig names comes before it. */
  readonly tunnel?: Tunnel | undefined;
  /** Name of the vault entry, for the words of an error. */
  readonly credential?: string;
  /** Other times for watches; for tests. */
  readonly timing?: WatchTiming;
};

/**
 * The cluster of a kubeconfig. No request is sent before the first call. The caller closes the client.
 * Error: usage-invalid when the kubeconfig cannot be used.
 */
export async function connectKubernetes(options: ConnectOptions): Promise<KubernetesClient> {
  const access = await readKubeconfig(
    options.kubeconfig,
    options.server === undefined ? {} : { server: options.server },
  );
  const rest = openRest(access, {
    credential: options.credential ?? 'kubeconfig',
    signal: options.signal,
    tunnel: options.tunnel,
  });
  const discover = createDiscovery(rest);

  /** Path of a collection, undefined when the cluster does not know the kind. */
  const collectionOf = async (kind: KindName & { readonly namespace?: string | undefined }) => {
    const name = await discover(kind);
    if (name === undefined) return undefined;
    const scope =
      name.namespaced && kind.namespace !== undefined ? `/namespaces/${encodeURIComponent(kind.namespace)}` : '';
    return {
      path: `${groupPath(kind.apiVersion)}${scope}/${name.plural}`,
      resource: name.plural,
      namespaced: name.namespaced,
    };
  };

  const get = async (reference: ObjectReference): Promise<KubernetesObject | undefined> => {
    const collection = await collectionOf(reference);
    if (collection === undefined) return undefined;
    const answer = await rest.send({
      method: 'GET',
      path: `${collection.path}/${encodeURIComponent(reference.name)}`,
      asked: askedFor('get', collection.resource, reference),
      allow: [404],
    });
    return answer.status === 404 ? undefined : (parsed(answer.text) as KubernetesObject);
  };

  const apply: KubernetesClient['apply'] = async (object, how = {}) => {
    const reference = referenceOf(object);
    const collection = await collectionOf(reference);
    if (collection === undefined) throw unknownKind(object, nameOf(reference));
    const { namespace: _, ...clusterWide } = object.metadata;
    const body = collection.namespaced ? object : { ...object, metadata: clusterWide };
    const query = {
      fieldManager,
      ...(how.force === true ? { force: 'true' } : {}),
      ...(how.dryRun === true ? { dryRun: 'All' } : {}),
    };
    const request: RestRequest = {
      method: 'PATCH',
      path: withQuery(`${collection.path}/${encodeURIComponent(object.metadata.name)}`, query),
      // JSON is YAML too; the media type is what makes it a server-side apply.
      contentType: 'application/apply-patch+yaml',
      body: JSON.stringify(body),
      asked: askedFor('patch', collection.resource, reference),
    };
    for (let attempt = 1; ; attempt += 1) {
      try {
        return parsed((await rest.send(request)).text) as KubernetesObject;
      } catch (error) {
        // A plain 409 is two writers at the same moment: the next attempt sees the other's result.
        if (
          attempt === 3 ||
          !(error instanceof SitewrightError) ||
          error.code !== 'kubernetes-refused' ||
          !(error.detail ?? '').startsWith('HTTP 409')
        )
          throw error;
        await sleep(100 * attempt);
      }
    }
  };

  const can: KubernetesClient['can'] = async (action) => {
    const review = {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: {
        resourceAttributes: {
          verb: action.verb,
          group: action.group,
          resource: action.resource,
          namespace: action.namespace,
        },
      },
    };
    const answer = await rest.send({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: JSON.stringify(review),
      asked: {
        verb: 'create',
        resource: 'selfsubjectaccessreviews',
        object: 'SelfSubjectAccessReview',
        confidential: false,
      },
    });
    return at(parsed(answer.text), 'status', 'allowed') === true;
  };

  return {
    server: rest.server,
    version: async () => {
      const answer = await rest.send({ method: 'GET', path: '/version', asked: plain('get', 'version') });
      const gitVersion = at(parsed(answer.text), 'gitVersion');
      if (typeof gitVersion === 'string') return { gitVersion };
      throw new SitewrightError(
        'kubernetes-unreachable',
        { server: rest.server },
        { detail: 'the answer to /version is not that of a Kubernetes API' },
      );
    },
    ready: async () =>
      (
        await rest.send({
          method: 'GET',
          path: '/readyz',
          accept: '*/*',
          asked: plain('get', 'readyz'),
          allow: [500, 503],
        })
      ).status === 200,
    now: rest.now,
    knows: async (kind) => (await discover(kind)) !== undefined,
    get,
    list: async (kind, selector) => {
      const collection = await collectionOf(kind);
      if (collection === undefined) return [];
      const path = selector === undefined ? collection.path : withQuery(collection.path, { labelSelector: selector });
      const request: RestRequest = {
        method: 'GET',
        path,
        asked: { ...plain('list', collection.resource), confidential: kind.kind === 'Secret' },
      };
      return (await listCollection(rest, request, kind)).items;
    },
    apply,
    remove: async (reference) => {
      const collection = await collectionOf(reference);
      if (collection === undefined) return;
      await rest.send({
        method: 'DELETE',
        path: `${collection.path}/${encodeURIComponent(reference.name)}`,
        body: JSON.stringify({ apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' }),
        asked: askedFor('delete', collection.resource, reference),
        allow: [404],
      });
    },
    can,
    watch: (kind, signal) => watchKind(kind, signal),
    logs: async (namespace, pod, lines) => {
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/log?tailLines=${lines}`;
      return (
        await rest.send({
          method: 'GET',
          path,
          accept: '*/*',
          asked: { ...plain('get', 'pods/log'), object: `Pod ${namespace}/${pod}` },
        })
      ).text;
    },
    close: rest.close,
  };

  async function* watchKind(kind: Parameters<KubernetesClient['watch']>[0], signal: AbortSignal) {
    const collection = await collectionOf(kind);
    if (collection === undefined) throw unknownKind(kind, kind.kind);
    const whole = options.signal === undefined ? signal : anySignal([signal, options.signal]);
    yield* watchCollection(
      rest,
      { ...collection, apiVersion: kind.apiVersion, kind: kind.kind },
      whole,
      options.timing,
    );
  }
}

function plain(verb: string, resource: string): RestRequest['asked'] {
  return { verb, resource, object: resource, confidential: false };
}

function askedFor(verb: string, resource: string, reference: ObjectReference): RestRequest['asked'] {
  return { verb, resource, object: nameOf(reference), confidential: reference.kind === 'Secret' };
}
