import type { IncomingMessage, ServerResponse } from 'node:http';
import { jsonpatch } from 'json-p3';
import { type RemovalOptions, removeObject } from '../admission/removal.ts';
import type { Place, Writes } from '../admission/writes.ts';
import { mergePatch, strategicPatch } from '../apply/merge.ts';
import { apiVersionOf } from '../model/kinds.ts';
import { type ClusterObject, isJsonObject, type JsonObject } from '../model/objects.ts';
import type { ObjectStore } from '../store/store.ts';
import { reviewAccess } from './access.ts';
import { badRequest, mediaTypeRefused, noSuchPath, notAllowed, notFound } from './problem.ts';
import { type Route, readBody, routeOf } from './request.ts';
import { filterOf } from './selectors.ts';
import { streamWatch } from './watch.ts';

/** What the resources need: the store, the way into it, and the logs of containers. */
export type ResourceParts = {
  readonly store: ObjectStore;
  readonly writes: Writes;
  /** Text of a container's log; undefined when the pod or container runs nowhere. */
  readonly log: (
    namespace: string,
    pod: string,
    container: string | undefined,
    previous: boolean,
  ) => string | undefined;
};

/** An answer with its status; `undefined` when the response was streamed. */
export type Answer = { readonly status: number; readonly body: unknown } | undefined;

/** Answers a request below /api and /apis. Errors: ApiProblem. */
export async function serveResource(
  parts: ResourceParts,
  request: IncomingMessage,
  response: ServerResponse,
  url: URL,
): Promise<Answer> {
  const route = routeOf(url.pathname);
  const { method = 'GET' } = request;
  const body = method === 'GET' ? undefined : await readBody(request);
  const query = url.searchParams;
  const dryRun = query.get('dryRun') === 'All';
  const manager = query.get('fieldManager') ?? agentOf(request);
  if (route.kind.review === true) {
    if (method !== 'POST') throw notAllowed();
    return { status: 201, body: reviewAccess(body) };
  }
  if (route.subresource === 'log') return serveLog(parts, route, query, response);
  if (route.subresource !== undefined && route.subresource !== 'status') throw noSuchPath();
  if (route.name === undefined)
    return serveCollection(parts, route, method, query, body, { manager, dryRun }, response);

  const place: Place = { kind: route.kind, namespace: route.namespace, name: route.name };
  const options = { manager, dryRun };
  switch (method) {
    case 'GET': {
      if (query.get('watch') === 'true') throw badRequest('a single object is watched by fieldSelector=metadata.name');
      const object = parts.store.get(place.kind.kind, place.namespace, place.name);
      if (object === undefined) throw notFound(place.kind, place.name);
      return { status: 200, body: object };
    }
    case 'PUT':
      if (route.subresource === 'status')
        return { status: 200, body: parts.writes.replaceStatus(place, () => body, options) };
      return { status: 200, body: parts.writes.replace(place, body, options) };
    case 'PATCH':
      return patch(parts, route, place, request, query, body, options);
    case 'DELETE': {
      const removed = removeObject(parts.store, place, removalOptions(query, body));
      return { status: 200, body: removed };
    }
    default:
      throw notAllowed();
  }
}

function patch(
  { writes }: ResourceParts,
  route: Route,
  place: Place,
  request: IncomingMessage,
  query: URLSearchParams,
  body: unknown,
  options: { manager: string; dryRun: boolean },
): Answer {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
  if (type === 'application/apply-patch+yaml' || type === 'application/apply-patch+json') {
    if (query.get('fieldManager') === null)
      throw badRequest(
        'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
      );
    if (route.subresource !== undefined) throw mediaTypeRefused(type);
    const { object, created } = writes.apply(place, body, { ...options, force: query.get('force') === 'true' });
    return { status: created ? 201 : 200, body: object };
  }
  const change = (live: ClusterObject): unknown => {
    if (type === 'application/merge-patch+json') return mergePatch(live, body);
    if (type === 'application/strategic-merge-patch+json') return strategicPatch(place.kind.kind, live, body);
    if (type !== 'application/json-patch+json') throw mediaTypeRefused(type);
    if (!Array.isArray(body)) throw badRequest('a JSON patch is a list of operations');
    try {
      return jsonpatch.apply(body, live as never);
    } catch {
      // The library's words could quote a value.
      throw badRequest('the patch does not fit the object');
    }
  };
  const write = route.subresource === 'status' ? writes.replaceStatus : writes.patch;
  return { status: 200, body: write(place, change, options) };
}

function serveCollection(
  { store, writes }: ResourceParts,
  { kind, namespace }: Route,
  method: string,
  query: URLSearchParams,
  body: unknown,
  options: { manager: string; dryRun: boolean },
  response: ServerResponse,
): Answer {
  if (method === 'POST') return { status: 201, body: writes.create(kind, namespace, body, options) };
  const filter = filterOf(query.get('labelSelector'), query.get('fieldSelector'));
  if (method === 'GET' && ['true', '1'].includes(query.get('watch') ?? '')) {
    const resourceVersion = query.get('resourceVersion') ?? '';
    const bookmarks = query.get('allowWatchBookmarks') === 'true';
    const timeoutSeconds = Math.min(Number(query.get('timeoutSeconds') ?? 0) || 1800, 3600);
    streamWatch(store, { kind, namespace, filter, resourceVersion, bookmarks, timeoutSeconds }, response);
    return undefined;
  }
  const found = store.list(kind.kind, namespace).filter(filter);
  if (method === 'DELETE') {
    for (const { metadata } of found)
      removeObject(store, { kind, namespace: metadata.namespace, name: metadata.name }, removalOptions(query, body));
  } else if (method !== 'GET') throw notAllowed();
  const list: JsonObject = {
    kind: `${kind.kind}List`,
    apiVersion: apiVersionOf(kind),
    metadata: { resourceVersion: String(store.version()) },
    items: found,
  };
  return { status: 200, body: list };
}

function serveLog(parts: ResourceParts, route: Route, query: URLSearchParams, response: ServerResponse): Answer {
  const { kind, namespace = '', name = '' } = route;
  if (kind.kind !== 'Pod') throw noSuchPath();
  if (parts.store.get('Pod', namespace, name) === undefined) throw notFound(kind, name);
  const container = query.get('container') ?? undefined;
  const whole = parts.log(namespace, name, container, query.get('previous') === 'true');
  if (whole === undefined) throw badRequest(`container ${container ?? ''} in pod "${name}" is waiting to start`);
  const tail = query.get('tailLines');
  const lines = whole.split('\n').slice(0, -1);
  const kept = tail === null ? lines : Number(tail) === 0 ? [] : lines.slice(-Number(tail));
  response.writeHead(200, { 'content-type': 'text/plain' }).end(kept.map((line) => `${line}\n`).join(''));
  return undefined;
}

function removalOptions(query: URLSearchParams, body: unknown): RemovalOptions {
  const given = isJsonObject(body) ? body : {};
  const preconditions = isJsonObject(given.preconditions) ? given.preconditions : {};
  const grace = query.get('gracePeriodSeconds') ?? given.gracePeriodSeconds;
  const propagation = (query.get('propagationPolicy') ?? given.propagationPolicy) as RemovalOptions['propagation'];
  return {
    dryRun: query.get('dryRun') === 'All',
    ...(grace === undefined || grace === null ? {} : { graceSeconds: Number(grace) }),
    ...(propagation === undefined ? {} : { propagation }),
    ...(typeof preconditions.uid === 'string' ? { uid: preconditions.uid } : {}),
    ...(typeof preconditions.resourceVersion === 'string' ? { resourceVersion: preconditions.resourceVersion } : {}),
  };
}

/** Without a fieldManager the first word of the user agent names the manager, as in the real API. */
function agentOf(request: IncomingMessage): string {
  return /^[^/\s]+/.exec(request.headers['user-agent'] ?? '')?.[0] ?? 'unknown';
}
