import { Drawer } from 'antd';
import { text } from '../../../electron/contract/text.ts';
import type { WalkView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { set, useStore } from '../../state/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { dialogContainer } from '../../ui/container.ts';
import { duration } from '../../ui/figures.ts';
import { WalkPill } from '../../ui/StatusTag.tsx';
import { useTones } from '../../ui/tones.ts';
import { toneOfRun, useElapsed } from '../walk-time.ts';
import { AtWork } from './AtWork.tsx';
import './overview.css';
import { TargetTable } from './TargetTable.tsx';

/** The whole walk: how far it is, what is at work now and how fast, and every host and endpoint against the stages. */
export function WalkOverview({ walk }: { walk: WalkView }) {
  const { t } = useWords();
  const tones = useTones();
  const open = useStore((state) => state.overviewOpen);
  return (
    <Drawer
      open={open}
      getContainer={dialogContainer}
      onClose={() => set({ overviewOpen: false })}
      title={t('stage.overview')}
      placement="right"
      size="large"
      styles={{ wrapper: { width: 'min(1240px, 94vw)' } }}
      closable={{ 'aria-label': t('app.close') }}
    >
      {open && (
        <div style={tones} className="overview">
          <Figures walk={walk} />
          <AtWork walk={walk} />
          <TargetTable walk={walk} />
        </div>
      )}
    </Drawer>
  );
}

function Figures({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const elapsed = useElapsed(walk);
  const stage = walk.stages[walk.stage - 1];
  const steps = walk.stages.flatMap((one) => one.steps);
  const done = steps.filter((step) => step.state === 'done').length;
  const sum = (status: 'passed' | 'warning' | 'failed' | 'error') =>
    walk.stages.reduce((all, one) => all + (one.counts[status] ?? 0), 0);
  const figures = [
    [t('panel.overview.elapsed'), duration(elapsed)],
    [t('panel.overview.left'), walk.state === 'running' && walk.etaMs !== undefined ? duration(walk.etaMs) : '–'],
    [t('panel.overview.steps'), `${done} / ${steps.length}`],
    [t('panel.overview.passed'), String(sum('passed'))],
    [t('panel.overview.warnings'), String(sum('warning'))],
    [t('panel.overview.failed'), String(sum('failed') + sum('error'))],
  ] as const;
  return (
    <section className="overview-head" aria-label={t('stage.overview.walk')}>
      <div className="overview-share">
        <b className="tabular">{Math.floor(walk.progress * 100)} %</b>
        <div>
          <WalkPill walk={walk} />
          {stage !== undefined && walk.state !== 'done' && (
            <div className="quiet">
              {t('app.stage-of', { stage: walk.stage, total: walk.stageCount })} · {w(text(`run.stage.${stage.id}`))}
            </div>
          )}
        </div>
      </div>
      <dl className="overview-figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      <Bar share={walk.progress} label={t('stage.overview.walk')} tone={toneOfRun(walk.state)} />
    </section>
  );
}
