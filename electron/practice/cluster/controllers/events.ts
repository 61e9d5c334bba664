import { randomBytes } from 'node:crypto';
import { type ClusterObject, timestamp } from '../model/objects.ts';
import type { EventObject } from '../model/workloads.ts';
import type { ObjectStore } from '../store/store.ts';

/** Writes an Event about an object; the same words about the same object are counted instead of repeated. */
export type EventRecorder = (
  about: ClusterObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
  source: { readonly component: string; readonly host?: string },
) => void;

const keptEvents = 600;
const keptMs = 3600_000;

export function eventRecorder(store: ObjectStore): EventRecorder {
  return (about, type, reason, message, source) => {
    const { kind, apiVersion, metadata } = about;
    const namespace = metadata.namespace ?? 'default';
    const space = store.get('Namespace', undefined, namespace);
    if (space === undefined || space.metadata.deletionTimestamp !== undefined) return;
    const present = store
      .list('Event', namespace)
      .find(
        (event) => event.involvedObject.uid === metadata.uid && event.reason === reason && event.message === message,
      );
    if (present !== undefined) {
      store.update('Event', namespace, present.metadata.name, (draft) => {
        draft.count += 1;
        draft.lastTimestamp = timestamp();
      });
      return;
    }
    prune(store);
    const event: EventObject = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: { name: `${metadata.name}.${randomBytes(8).toString('hex')}`, namespace },
      involvedObject: {
        kind,
        apiVersion,
        namespace,
        name: metadata.name,
        ...(metadata.uid === undefined ? {} : { uid: metadata.uid }),
      },
      reason,
      message,
      type,
      count: 1,
      firstTimestamp: timestamp(),
      lastTimestamp: timestamp(),
      source,
    };
    store.put(event);
  };
}

function prune(store: ObjectStore): void {
  const events = store.list('Event').toSorted((one, other) => (one.lastTimestamp < other.lastTimestamp ? -1 : 1));
  const tooMany = events.length - keptEvents;
  for (const [index, event] of events.entries()) {
    if (index >= tooMany && Date.parse(event.lastTimestamp) > Date.now() - keptMs) break;
    store.remove(event);
  }
}
