import type { Change, ObjectStore } from '../store/store.ts';

/** One controller: looks at keys that a change touches and brings the state nearer to what is wanted. */
export type Controller = {
  readonly name: string;
  /** Keys (mostly `namespace/name`) to look at after a change. */
  readonly keysOf: (change: Change) => readonly string[];
  /** Idempotent. Returns milliseconds after which to look again, or nothing. */
  readonly reconcile: (key: string) => number | undefined | Promise<number | undefined>;
};

/** Runs a controller on every object that there is and on every change from now on, one key at a time. */
export function runController(
  store: ObjectStore,
  controller: Controller,
  log: (words: string) => void,
): { readonly stop: () => void } {
  const waiting = new Set<string>();
  const timers = new Map<string, NodeJS.Timeout>();
  let running = false;
  let stopped = false;

  const again = (key: string, afterMs: number): void => {
    clearTimeout(timers.get(key));
    const timer = setTimeout(() => {
      timers.delete(key);
      add(key);
    }, afterMs);
    timers.set(key, timer);
  };
  const drain = async (): Promise<void> => {
    for (const key of waiting) {
      if (stopped) break;
      waiting.delete(key);
      try {
        const afterMs = await controller.reconcile(key);
        if (afterMs !== undefined && !stopped) again(key, afterMs);
      } catch (error) {
        log(`${controller.name}: ${key}: ${(error as Error).message}`);
        if (!stopped) again(key, 1000);
      }
    }
    running = false;
  };
  const add = (key: string): void => {
    waiting.add(key);
    if (running || stopped) return;
    running = true;
    setImmediate(drain);
  };

  const unsubscribe = store.subscribe((change) => controller.keysOf(change).forEach(add));
  for (const object of [...store.all()]) controller.keysOf({ type: 'ADDED', object, version: 0 }).forEach(add);
  return {
    stop: () => {
      stopped = true;
      unsubscribe();
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };
}

export const keyOf = (object: { metadata: { namespace?: string; name: string } }): string =>
  `${object.metadata.namespace ?? ''}/${object.metadata.name}`;

export function partsOf(key: string): { readonly namespace: string; readonly name: string } {
  const at = key.indexOf('/');
  return { namespace: key.slice(0, at), name: key.slice(at + 1) };
}
