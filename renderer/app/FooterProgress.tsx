import { text } from '../../electron/contract/text.ts';
import { standingOf, type WalkView } from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import { set } from '../state/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { duration } from '../ui/figures.ts';
import { toneOfRun, useElapsed } from './walk-time.ts';

/** The whole walk in a line: state, stage, time gone and left. A click shows the overview. */
export function FooterProgress({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const running = walk.state === 'running';
  const elapsed = useElapsed(walk);
  const stage = walk.stages[walk.stage - 1];
  return (
    <button
      type="button"
      className="footer-progress"
      title={t('stage.overview.open')}
      onClick={() => set({ overviewOpen: true })}
    >
      <Bar share={walk.progress} label={t('stage.overview')} tone={toneOfRun(walk.state)} />
      <span className="tabular">
        <strong>{w(text(`run.state.${standingOf(walk)}`))}</strong> {Math.floor(walk.progress * 100)} %
        {stage !== undefined &&
          walk.state !== 'done' &&
          ` · ${t('app.stage-of', { stage: walk.stage, total: walk.stageCount })} · ${w(text(`run.stage.${stage.id}`))}`}{' '}
        · {t('app.elapsed', { time: duration(elapsed) })}
        {running && walk.etaMs !== undefined && ` · ${t('app.eta', { time: duration(walk.etaMs) })}`}
      </span>
    </button>
  );
}
