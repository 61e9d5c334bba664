import { useEffect, useState } from 'react';
import type { RunState, WalkView } from '../../electron/contract/views.ts';

/** The colour that says how a run stands. */
export function toneOfRun(state: RunState): 'active' | 'good' | 'bad' | 'warning' {
  if (state === 'failed' || state === 'blocked') return 'bad';
  if (state === 'done') return 'good';
  return state === 'running' ? 'active' : 'warning';
}

/** What the engine told last, and when by this window's clock; shared by all that show it. */
let told = { run: '', elapsedMs: 0, at: 0 };

/** Milliseconds gone. The engine tells the time with each snapshot; between them this window's clock goes on. */
export function useElapsed(walk: WalkView): number {
  const running = walk.state === 'running';
  if (told.run !== walk.run || told.elapsedMs !== walk.elapsedMs)
    told = { run: walk.run, elapsedMs: walk.elapsedMs, at: performance.now() };
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return running ? told.elapsedMs + Math.max(0, now - told.at) : walk.elapsedMs;
}
