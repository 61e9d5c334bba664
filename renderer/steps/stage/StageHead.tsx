import { Alert, Button } from 'antd';
import { text } from '../../../electron/contract/text.ts';
import type { StageView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { checkAgain } from '../../state/actions.ts';
import { useStore } from '../../state/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { duration, moment, span } from '../../ui/figures.ts';
import { markOf, StatePill } from '../../ui/StatusTag.tsx';
import { useHeadline } from './headline.ts';
import { elapsedOf, startOf, useFindings, useNow } from './useStage.ts';
import { countsOf, isFailing } from './verdicts.ts';
import './head.css';

const tiles = ['failed', 'error', 'warning', 'passed', 'other'] as const;

/** The verdict in one line, one large figure, counts per state, and what blocks the way on with what to do. */
export function StageHead({ stage }: { stage: StageView }) {
  const { t, w } = useWords();
  const findings = useFindings(stage.id);
  const counts = countsOf(findings);
  const offsetMinutes = useStore((state) => state.site?.utcOffsetMinutes ?? 480);
  const running = stage.state === 'running';
  const startedAt = startOf(stage);
  const finishedAt = running ? undefined : stage.finishedAt;
  const elapsed = elapsedOf({ startedAt, finishedAt }, useNow(running));
  const headline = useHeadline(stage, findings);
  const subjects = new Set(stage.steps.map((step) => step.target)).size;
  const mutating = stage.steps.some((step) => step.mutates);
  const facts = [
    t('stage.targets', { count: subjects }),
    findings.length > 0 && t('stage.verdicts', { count: findings.length }),
    elapsed !== undefined &&
      (running || finishedAt !== undefined) &&
      t('app.elapsed', { time: running ? duration(elapsed) : span(elapsed) }),
    startedAt !== undefined && moment(finishedAt ?? startedAt, offsetMinutes),
    mutating ? t('stage.changes') : t('stage.reads'),
  ].filter((fact) => fact !== false);
  const other = counts['not-applicable'] + counts.skipped;
  return (
    <>
      <p className="lead tabular">{facts.join(' · ')}</p>
      <section className="head" aria-label={t('stage.verdict')}>
        <div className={`head-verdict edge-${edgeOf(stage.state)}`}>
          <div className="head-line">
            <StatePill state={stage.state} />
            <strong>{headline.verdict}</strong>
          </div>
          <div className="head-figure">
            <b className="tabular">{headline.figure}</b>
            <span className="quiet">{headline.words}</span>
          </div>
          {running && <Bar share={stage.progress} label={t('app.running')} />}
        </div>
        <ul className="tiles">
          {tiles.map((tile) => {
            const status = tile === 'other' ? 'not-applicable' : tile;
            const shown =
              tile === 'other'
                ? counts.waived > 0
                  ? `${other} / ${counts.waived}`
                  : String(other)
                : String(counts[tile]);
            const none = tile === 'other' || counts[tile] === 0;
            return (
              <li key={tile} className={none ? 'tile' : `tile tone-${tile}`}>
                <span>
                  <span aria-hidden="true">{markOf(status)}</span>{' '}
                  {tile === 'other'
                    ? t(counts.waived > 0 ? 'stage.tile.other-waived' : 'stage.tile.other')
                    : w(text(`run.status.${tile}`))}
                </span>
                <b className="tabular">{shown}</b>
              </li>
            );
          })}
        </ul>
      </section>
      {stage.blockers.length > 0 && (
        <Blockers stage={stage} checks={[...new Set(findings.filter(isFailing).map((finding) => finding.check))]} />
      )}
      {(stage.state === 'interrupted' || stage.state === 'cancelled') && (
        <Alert
          type="warning"
          showIcon
          title={t('stage.interrupted')}
          description={t('stage.interrupted.hint')}
          className="head-note"
        />
      )}
    </>
  );
}

function Blockers({ stage, checks }: { stage: StageView; checks: readonly string[] }) {
  const { t, w } = useWords();
  const idle = useStore((state) => state.walk?.state !== 'running');
  const most = 3;
  return (
    <Alert
      type="error"
      showIcon
      className="head-note"
      title={t('stage.blocked')}
      description={
        <>
          <ul className="blockers">
            {stage.blockers.slice(0, most).map((blocker, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole
              <li key={at}>{w(blocker)}</li>
            ))}
          </ul>
          {stage.blockers.length > most && <p>{t('stage.more.left', { count: stage.blockers.length - most })}</p>}
          <p>
            <strong>{t('app.next-action')}</strong> {t('stage.blocked.hint')}
          </p>
          {idle && checks.length > 0 && (
            <Button size="small" onClick={() => void checkAgain(checks)}>
              {t('stage.again.all', { count: checks.length })}
            </Button>
          )}
        </>
      }
    />
  );
}

function edgeOf(state: StageView['state']): string {
  if (state === 'failed' || state === 'blocked') return 'bad';
  if (state === 'warning' || state === 'interrupted' || state === 'cancelled') return 'warning';
  return state === 'done' ? 'good' : state === 'running' ? 'active' : 'quiet';
}
