import { useEffect, useRef, useState } from 'react';
import { text } from '../../electron/contract/text.ts';
import type { WalkView } from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import { set } from '../state/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { duration } from '../ui/figures.ts';

/** The whole walk in a line: state, stage, time gone and left. A click shows the overview. */
export function FooterProgress({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const running = walk.state === 'running';
  const elapsed = useElapsed(walk);
  const stage = walk.stages[walk.stage - 1];
  const tone =
    walk.state === 'failed' || walk.state === 'blocked'
      ? 'bad'
      : walk.state === 'done'
        ? 'good'
        : running
          ? 'active'
          : 'warning';
  return (
    <button
      type="button"
      className="footer-progress"
      title={t('stage.overview.open')}
      onClick={() => set({ overviewOpen: true })}
    >
      <Bar share={walk.progress} label={t('stage.overview')} tone={tone} />
      <span className="tabular">
        <strong>{w(text(`run.state.${walk.state}`))}</strong> {Math.floor(walk.progress * 100)} %
        {stage !== undefined &&
          walk.state !== 'done' &&
          ` · ${t('app.stage-of', { stage: walk.stage, total: walk.stageCount })} · ${w(text(`run.stage.${stage.id}`))}`}{' '}
        · {t('app.elapsed', { time: duration(elapsed) })}
        {running && walk.etaMs !== undefined && ` · ${t('app.eta', { time: duration(walk.etaMs) })}`}
      </span>
    </button>
  );
}

/** The engine tells the time gone with each snapshot; between them this window's clock goes on. */
function useElapsed(walk: WalkView): number {
  const running = walk.state === 'running';
  const told = useRef({ elapsedMs: walk.elapsedMs, at: performance.now() });
  if (told.current.elapsedMs !== walk.elapsedMs) told.current = { elapsedMs: walk.elapsedMs, at: performance.now() };
  const [now, setNow] = useState(() => performance.now());
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(() => setNow(performance.now()), 1000);
    return () => clearInterval(timer);
  }, [running]);
  return running ? told.current.elapsedMs + Math.max(0, now - told.current.at) : walk.elapsedMs;
}
