import { useEffect, useMemo, useState } from 'react';
import type { JudgedFinding, StageId, StageView } from '../../../electron/contract/views.ts';
import { useStore } from '../../state/store.ts';

/** The findings of a stage. */
export function useFindings(stage: StageId): readonly JudgedFinding[] {
  const all = useStore((state) => state.findings);
  return useMemo(() => all.filter((finding) => finding.stage === stage), [all, stage]);
}

/** This moment in ms, anew each second while `running`. */
export function useNow(running: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!running) return;
    setNow(Date.now());
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return now;
}

/** Milliseconds from start to end, or to now while there is no end. */
export function elapsedOf(
  part: { readonly startedAt?: string | undefined; readonly finishedAt?: string | undefined },
  now: number,
): number | undefined {
  if (part.startedAt === undefined) return undefined;
  return Math.max(0, (part.finishedAt === undefined ? now : Date.parse(part.finishedAt)) - Date.parse(part.startedAt));
}

/** When a stage began: as it says itself, or with its first step while it still runs. */
export function startOf(stage: StageView): string | undefined {
  return stage.startedAt ?? stage.steps.flatMap((step) => step.startedAt ?? []).sort()[0];
}
