import { randomUUID } from 'node:crypto';
import type { LogEvent, LogPlace } from '../../contract/views.ts';

/** Lines kept by default; older ones are in the site's log file. */
const most = 20_000;

/** The newest lines of a site's log in memory, numbered, so that a watcher who was cut off goes on without a gap. */
export type LogTail = {
  /** Numbers the line and keeps it. */
  readonly add: (line: Omit<LogEvent, 'type' | 'place'>) => LogEvent;
  /** The kept lines after a place; all of them when the place is in another log. */
  readonly after: (place: LogPlace) => readonly LogEvent[];
  /** Lets every line go, as when another run starts; the numbers go on. */
  readonly clear: () => void;
};

export function createLogTail(limit = most): LogTail {
  const log = randomUUID();
  let lines: LogEvent[] = [];
  let last = 0;
  return {
    add: (line) => {
      last += 1;
      const event: LogEvent = { type: 'log', ...line, place: { log, line: last } };
      lines.push(event);
      // Taken away in large pieces: a line costs the same however many are kept.
      if (lines.length >= limit * 2) lines = lines.slice(-limit);
      return event;
    },
    after: (place) => {
      const kept = lines.slice(-limit);
      return place.log === log ? kept.filter((event) => event.place!.line > place.line) : kept;
    },
    clear: () => {
      lines = [];
    },
  };
}
