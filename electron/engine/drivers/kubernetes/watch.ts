import { setTimeout as sleep } from 'node:timers/promises';
import { SitewrightError } from '../../../contract/errors.ts';
import { anySignal } from '../any-signal.ts';
import type { KubernetesObject, WatchEvent } from './client.ts';
import { isRecord, wordsAt } from './json.ts';
import { parsed, type Rest, type RestRequest } from './rest.ts';

export type WatchTiming = {
  /** How long one watch is asked to live, seconds; the server ends it then. */
  readonly lifeSeconds: number;
  /** No byte for this long means a connection that died without a word, ms. Longer than `lifeSeconds`. */
  readonly stallMs: number;
  /** Shortest and longest pause before connecting again, ms. */
  readonly pauseMs: readonly [number, number];
};

export const usualTiming: WatchTiming = { lifeSeconds: 60, stallMs: 75_000, pauseMs: [200, 5000] };

type Listing = { readonly items: readonly KubernetesObject[]; readonly version: string };

/**
 * Every change of a collection, beginning with what is there. Lists, then watches from the list's resourceVersion; goes on
 * from the last version seen (bookmarks included) when the server ends a watch, lists again when that version has expired,
 * and reports then only what differs. Ends quietly with the signal; throws what will not mend: unauthorized, forbidden, refused.
 */
export async function* watchCollection(
  rest: Rest,
  collection: { readonly path: string; readonly apiVersion: string; readonly kind: string; readonly resource: string },
  signal: AbortSignal,
  timing: WatchTiming = usualTiming,
): AsyncGenerator<WatchEvent> {
  const known = new Map<string, KubernetesObject>();
  const asked = {
    verb: 'watch',
    resource: collection.resource,
    object: collection.kind,
    confidential: collection.kind === 'Secret',
  };
  const [shortest, longest] = timing.pauseMs;
  let version: string | undefined;
  let pause = shortest;
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const listing = await listCollection(rest, { method: 'GET', path: collection.path, asked, signal }, collection);
        version = listing.version;
        yield* differences(known, listing.items);
      }
      for await (const line of lines(
        rest,
        watchRequest(collection.path, version, timing, asked),
        signal,
        timing.stallMs,
      )) {
        const event = parsed(line);
        if (!isRecord(event)) continue;
        pause = shortest;
        if (event.type === 'ERROR') {
          version = undefined;
          break;
        }
        const object = event.object as KubernetesObject;
        version = object.metadata?.resourceVersion ?? version;
        if (event.type === 'ADDED' || event.type === 'MODIFIED' || event.type === 'DELETED') {
          if (event.type === 'DELETED') known.delete(keyOf(object));
          else known.set(keyOf(object), object);
          yield { type: event.type, object };
        }
      }
    } catch (error) {
      if (signal.aborted) return;
      if (isExpired(error)) version = undefined;
      else if (!(error instanceof SitewrightError) || error.code !== 'kubernetes-unreachable') throw error;
    }
    // A server that ends each watch at once must not be hammered.
    await sleep(pause, undefined, { signal }).catch(() => undefined);
    pause = Math.min(pause * 2, longest);
  }
}

/** The whole collection, page by page, with the version to watch from. List items carry no kind of their own: it is put back. */
export async function listCollection(
  rest: Rest,
  request: RestRequest,
  kind: { readonly apiVersion: string; readonly kind: string },
): Promise<Listing> {
  const items: KubernetesObject[] = [];
  let next = '';
  let version = '';
  do {
    const path = withQuery(request.path, next === '' ? { limit: '500' } : { limit: '500', continue: next });
    const answer = await rest.send({ ...request, path });
    const page = parsed(answer.text);
    const found = isRecord(page) && Array.isArray(page.items) ? page.items : [];
    for (const item of found)
      items.push({ apiVersion: kind.apiVersion, kind: kind.kind, ...(item as object) } as KubernetesObject);
    version = wordsAt(page, 'metadata', 'resourceVersion');
    next = wordsAt(page, 'metadata', 'continue');
  } while (next !== '');
  return { items, version };
}

/** Adds query parameters to a path that may have some already. */
export function withQuery(path: string, query: Readonly<Record<string, string>>): string {
  const words = new URLSearchParams(query).toString();
  return words === '' ? path : `${path}${path.includes('?') ? '&' : '?'}${words}`;
}

function watchRequest(path: string, version: string, timing: WatchTiming, asked: RestRequest['asked']): RestRequest {
  const query = {
    watch: '1',
    resourceVersion: version,
    allowWatchBookmarks: 'true',
    timeoutSeconds: String(timing.lifeSeconds),
  };
  return { method: 'GET', path: withQuery(path, query), asked };
}

function* differences(known: Map<string, KubernetesObject>, items: readonly KubernetesObject[]): Generator<WatchEvent> {
  const present = new Set(items.map(keyOf));
  for (const [key, object] of [...known]) {
    if (present.has(key)) continue;
    known.delete(key);
    yield { type: 'DELETED', object };
  }
  for (const object of items) {
    const before = known.get(keyOf(object));
    known.set(keyOf(object), object);
    if (before === undefined) yield { type: 'ADDED', object };
    else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
  }
}

function keyOf(object: KubernetesObject): string {
  return object.metadata.uid ?? `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

async function* lines(rest: Rest, request: RestRequest, signal: AbortSignal, stallMs: number): AsyncGenerator<string> {
  const stall = new AbortController();
  const timer = setTimeout(() => stall.abort(), stallMs);
  try {
    const response = await rest.stream({ ...request, signal: anySignal([signal, stall.signal]) });
    const decoder = new TextDecoder();
    let remainder = '';
    for await (const chunk of response.body) {
      timer.refresh();
      const parts = (remainder + decoder.decode(chunk as Uint8Array, { stream: true })).split('\n');
      remainder = parts.pop() ?? '';
      for (const part of parts) if (part.trim() !== '') yield part;
    }
  } catch (error) {
    // A watch that went silent or broke is simply taken up again from the last version.
    if (error instanceof SitewrightError && error.code !== 'kubernetes-unreachable' && error.code !== 'cancelled')
      throw error;
    if (signal.aborted) return;
    if (error instanceof SitewrightError && !stall.signal.aborted) throw error;
  } finally {
    clearTimeout(timer);
    stall.abort();
  }
}

function isExpired(error: unknown): boolean {
  return (
    error instanceof SitewrightError &&
    error.code === 'kubernetes-refused' &&
    error.detail?.startsWith('HTTP 410') === true
  );
}
