import { useSyncExternalStore } from 'react';
import type { Text } from '../../electron/contract/text.ts';

export type LogLine = {
  readonly at: string;
  readonly level: 'debug' | 'info' | 'warn' | 'error';
  readonly target: string;
  readonly words: Text;
};

/** Lines kept; older ones are in the engine's log file. */
export const logLimit = 100_000;

const lines: LogLine[] = [];
let version = 0;
let dropped = 0;
let scheduled = false;
const listeners = new Set<() => void>();

/** Adds a line; readers are told once a frame at most, so that a flood does not freeze the window. */
export function addLogLine(line: LogLine): void {
  lines.push(line);
  if (lines.length > logLimit * 1.1) dropped += lines.splice(0, lines.length - logLimit).length;
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(() => {
    scheduled = false;
    version += 1;
    for (const listener of listeners) listener();
  });
}

export function clearLog(): void {
  lines.length = 0;
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
