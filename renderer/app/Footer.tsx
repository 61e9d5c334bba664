import { Button, Progress } from 'antd';
import { text } from '../../electron/contract/text.ts';
import { useWords } from '../i18n/text.ts';
import { cancelWalk, resumeWalk } from '../state/actions.ts';
import { goTo, useStore } from '../state/store.ts';
import { duration } from '../ui/figures.ts';
import { pageState, pages } from './pages.ts';

/** Always in the same order: back, progress of the walk, stop or resume, next. */
export function Footer() {
  const { t, w } = useWords();
  const page = useStore((state) => state.page);
  const walk = useStore((state) => state.walk);
  const site = useStore((state) => state.site);
  const plan = useStore((state) => state.plan);
  if (page === 'start') return <footer />;
  const at = pages.indexOf(page);
  const before = pages[at - 1];
  const next = pages[at + 1];
  const nextLocked = next === undefined || pageState(next, { walk, site, plan }).locked;
  const running = walk?.state === 'running';
  const resumable = walk !== undefined && !running && walk.state !== 'done';
  return (
    <footer>
      <Button disabled={before === undefined} onClick={() => before !== undefined && goTo(before)}>
        {t('app.back')}
      </Button>
      <div className="spring" aria-live="polite">
        {walk !== undefined && (
          <>
            <Progress percent={Math.floor(walk.progress * 100)} size="small" aria-label={t('app.running')} status={running ? 'active' : 'normal'} />
            <small className="quiet tabular">
              {w(text(`run.state.${walk.state}`))} · {t('app.stage-of', { stage: walk.stage, total: walk.stageCount })} · {t('app.elapsed', { time: duration(walk.elapsedMs) })}
              {running && walk.etaMs !== undefined && ` · ${t('app.eta', { time: duration(walk.etaMs) })}`}
            </small>
          </>
        )}
      </div>
      {running && <Button onClick={() => void cancelWalk()}>{t('app.stop')}</Button>}
      {resumable && (
        <Button type="primary" onClick={() => void resumeWalk()}>
          {t('app.resume')}
        </Button>
      )}
      {next !== undefined && (
        <Button type={resumable ? 'default' : 'primary'} title={nextLocked ? t('app.locked') : ''} aria-disabled={nextLocked} onClick={() => !nextLocked && goTo(next)}>
          {t('app.next')}
        </Button>
      )}
    </footer>
  );
}
