import { text } from '../../../electron/contract/text.ts';
import { stageIds, standingOf } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import type { SiteSummary } from '../../state/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { moment } from '../../ui/figures.ts';
import { WalkPill } from '../../ui/StatusTag.tsx';
import { toneOfRun } from '../walk-time.ts';

type Run = NonNullable<SiteSummary['lastRun']>;

/** How the last walk of a site stands: state in words, share done, when it began, and the step that finished last. */
export function LastRun({ site, run }: { site: SiteSummary; run: Run }) {
  const { t, w } = useWords();
  const offset = site.utcOffsetMinutes;
  const stage = stageIds[run.stage - 1] ?? 'inventory';
  const { lastStep } = run;
  return (
    <>
      <div className="site-state">
        <WalkPill walk={run} />
        <span className="site-words">
          {t(`start.state.${standingOf(run)}`, {
            stage: run.stage,
            total: run.stageCount,
            title: w(text(`run.stage.${stage}`)),
          })}
        </span>
        <b className="tabular">{Math.floor(run.progress * 100)} %</b>
      </div>
      <Bar share={run.progress} label={t('start.progress', { title: site.title })} tone={toneOfRun(run.state)} />
      <dl className="site-facts">
        <dt>{t('start.release')}</dt>
        <dd>
          {w(run.release.title)} {run.release.version}
        </dd>
        <dt>{t('start.started')}</dt>
        <dd className="tabular">{moment(run.startedAt, offset)}</dd>
        <dt>{t('start.last-step')}</dt>
        <dd>
          {lastStep === undefined ? (
            t('start.last-step.none')
          ) : (
            <>
              <span className="tabular">{moment(lastStep.finishedAt, offset)}</span> ·{' '}
              {w(text(`run.stage.${lastStep.stage}`))} · {lastStep.target}
              {lastStep.effect !== undefined && <div className="quiet">{w(lastStep.effect)}</div>}
            </>
          )}
        </dd>
      </dl>
    </>
  );
}

/** Colour of a card's edge; the words say the same. */
export function edgeOf({ lastRun }: SiteSummary): string {
  return lastRun === undefined || lastRun.abandoned === true ? 'quiet' : toneOfRun(lastRun.state);
}
