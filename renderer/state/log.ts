import { useSyncExternalStore } from 'react';
import type { Text } from '../../electron/contract/text.ts';
import type { LogPlace } from '../../electron/contract/views.ts';

export type LogLine = {
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly target: string;
  readonly words: Text;
  readonly place?: LogPlace | undefined;
};

/** Lines kept; older ones are in the engine's log file. */
export const logLimit = 100_000;

/** Before the first line of any log. */
const start: LogPlace = { log: '', line: 0 };

const lines: LogLine[] = [];
let place = start;
let version = 0;
let dropped = 0;
let scheduled = false;
const listeners = new Set<() => void>();

/** Adds a line; readers are told once a frame at most, so that a flood does not freeze the window. */
export function addLogLine(line: LogLine): void {
  lines.push(line);
  place = line.place ?? place;
  if (lines.length > logLimit * 1.1) dropped += lines.splice(0, lines.length - logLimit).length;
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    version += 1;
    for (const listener of listeners) listener();
  });
}

/** Where the log goes on: what the engine kept after it is still to come. */
export const logPlace = (): LogPlace => place;

export function clearLog(): void {
  lines.length = 0;
  place = start;
  dropped = 0;
  version += 1;
  for (const listener of listeners) listener();
}

/** The lines themselves are not copied: the version tells that there are more. `dropped` counts those let go at the front. */
export function useLog(): { readonly lines: readonly LogLine[]; readonly version: number; readonly dropped: number } {
  const current = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    () => version,
  );
  return { lines, version: current, dropped };
}
