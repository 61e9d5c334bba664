import { setTimeout as pause } from 'node:timers/promises';
import type { LogPlace, WalkEvent } from '../../contract/views.ts';
import type { LogTail } from './log-tail.ts';
import type { Session } from './session.ts';
import type { Walk } from './walk.ts';

/** How often a walk that another process carries out is looked at, ms. */
const lookMs = 1000;

/** What watching needs of the engine. */
export type Watched = {
  readonly session: (site: string) => Session | undefined;
  readonly walk: (site: string) => Walk;
  /** Log lines that this engine still keeps. */
  readonly logTail: (site: string) => LogTail;
};

/**
 * A snapshot, then every notice until the run ends; of a run in another process, a snapshot each second. Without a run at
 * work: the snapshot and the end. With `after`, the log lines that are kept since then follow the first snapshot. Errors come at the call, before anything is watched: site-not-found, run-not-found.
 */
export function watchWalk(
  engine: Watched,
  site: string,
  signal: AbortSignal | undefined,
  after?: LogPlace,
): AsyncGenerator<WalkEvent, void> {
  engine.walk(site);
  return follow(engine, site, signal, after);
}

async function* follow(
  engine: Watched,
  site: string,
  signal: AbortSignal | undefined,
  after: LogPlace | undefined,
): AsyncGenerator<WalkEvent, void> {
  const session = engine.session(site);
  // Read in the same breath as listening begins or is given up: no line falls in between, and none is told twice.
  const missed = after === undefined ? [] : engine.logTail(site).after(after);
  if (session === undefined) yield* lookOn(engine, site, signal, missed);
  else yield* listenTo(session, signal, missed);
}

async function* listenTo(
  session: Session,
  signal: AbortSignal | undefined,
  missed: readonly WalkEvent[],
): AsyncGenerator<WalkEvent, void> {
  const queue: WalkEvent[] = [];
  let hasEnded = false;
  let wake: () => void = () => undefined;
  const stop = session.listen((event) => {
    queue.push(event);
    wake();
  });
  const abort = () => wake();
  void session.ended.then(() => {
    hasEnded = true;
    wake();
  });
  signal?.addEventListener('abort', abort, { once: true });
  try {
    yield { type: 'snapshot', walk: session.walk.view() };
    yield* missed;
    while (!signal?.aborted) {
      const event = queue.shift() ?? (hasEnded ? { type: 'end' as const, walk: session.walk.view() } : undefined);
      if (event === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      yield event;
      if (event.type === 'end') return;
    }
  } finally {
    stop();
    signal?.removeEventListener('abort', abort);
  }
}

async function* lookOn(
  engine: Watched,
  site: string,
  signal: AbortSignal | undefined,
  missed: readonly WalkEvent[],
): AsyncGenerator<WalkEvent, void> {
  let told = '';
  while (!signal?.aborted) {
    const walk = engine.walk(site).view();
    yield { type: 'snapshot', walk };
    yield* missed;
    missed = [];
    for (const stage of walk.stages) {
      const mark = `${stage.id} ${stage.state}`;
      if (stage.state === 'pending' || stage.state === 'running' || told.includes(`${mark}\n`)) continue;
      told += `${mark}\n`;
      yield { type: 'stage', stage };
    }
    if (walk.state !== 'running') {
      yield { type: 'end', walk };
      return;
    }
    await pause(lookMs, undefined, signal === undefined ? {} : { signal }).catch(() => undefined);
  }
}
