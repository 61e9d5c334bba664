import type { ServerResponse } from 'node:http';
import { apiVersionOf, type Kind } from '../model/kinds.ts';
import type { ClusterObject, JsonObject } from '../model/objects.ts';
import type { Change, ObjectStore } from '../store/store.ts';
import { expired } from './problem.ts';
import type { Filter } from './selectors.ts';

export type WatchRequest = {
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly filter: Filter;
  /** Empty or `0`: begin with everything there is. */
  readonly resourceVersion: string;
  readonly bookmarks: boolean;
  /** Seconds after which the stream ends by itself. */
  readonly timeoutSeconds: number;
};

const bookmarkEveryMs = 30_000;

/** Streams changes as JSON lines until the time is over or the caller goes. */
export function streamWatch(store: ObjectStore, request: WatchRequest, response: ServerResponse): void {
  const { kind, namespace, filter } = request;
  response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache, private' });
  response.flushHeaders();
  const send = (type: string, object: JsonObject | ClusterObject): void => {
    response.write(`${JSON.stringify({ type, object })}\n`);
  };
  const within = (object: ClusterObject): boolean =>
    object.kind === kind.kind && (namespace === undefined || object.metadata.namespace === namespace);
  // An object that begins or stops to fit the selector comes or goes for this watcher.
  const shown = new Set<string>();
  const pass = ({ type, object }: Change): void => {
    if (!within(object)) return;
    const uid = object.metadata.uid ?? '';
    const fits = filter(object);
    const known = shown.has(uid);
    if (type === 'DELETED' || !fits) {
      if (known) send('DELETED', object);
      shown.delete(uid);
      return;
    }
    send(known ? 'MODIFIED' : 'ADDED', object);
    shown.add(uid);
  };

  if (request.resourceVersion === '' || request.resourceVersion === '0') {
    for (const object of store.list(kind.kind, namespace)) pass({ type: 'ADDED', object, version: 0 });
  } else {
    const missed = store.since(Number(request.resourceVersion));
    if (missed === undefined) {
      send('ERROR', expired(request.resourceVersion, store.oldest()).status());
      response.end();
      return;
    }
    const changed = new Set(
      missed.filter((change) => change.type === 'ADDED').map((change) => change.object.metadata.uid),
    );
    for (const object of store.list(kind.kind, namespace))
      if (!changed.has(object.metadata.uid) && filter(object)) shown.add(object.metadata.uid ?? '');
    for (const change of missed)
      if (change.type === 'DELETED' && filter(change.object) && !changed.has(change.object.metadata.uid))
        shown.add(change.object.metadata.uid ?? '');
    for (const change of missed) pass(change);
  }

  const bookmark = (): void =>
    send('BOOKMARK', {
      kind: kind.kind,
      apiVersion: apiVersionOf(kind),
      metadata: { resourceVersion: String(store.version()), creationTimestamp: null },
    });
  const unsubscribe = store.subscribe(pass);
  const bookmarks = request.bookmarks ? setInterval(bookmark, bookmarkEveryMs) : undefined;
  const finish = setTimeout(() => {
    if (request.bookmarks) bookmark();
    clear();
    response.end();
  }, request.timeoutSeconds * 1000);
  const clear = (): void => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(finish);
  };
  response.on('close', clear);
  response.on('finish', clear);
}
