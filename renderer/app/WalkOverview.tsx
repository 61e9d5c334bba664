import { Drawer } from 'antd';
import { useMemo } from 'react';
import { text } from '../../electron/contract/text.ts';
import type { StepState, StepView, WalkView } from '../../electron/contract/views.ts';
import { useWords } from '../i18n/text.ts';
import { set, useStore } from '../state/store.ts';
import { Bar } from '../ui/Bar.tsx';
import { dialogContainer } from '../ui/container.ts';
import { StateMark } from '../ui/StatusTag.tsx';
import { useTones } from '../ui/tones.ts';

const worst: readonly StepState[] = ['failed', 'running', 'cancelled', 'blocked', 'pending', 'done'];

/** The whole walk: what is at work now, and every host and endpoint against the stages. */
export function WalkOverview({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const tones = useTones();
  const open = useStore((state) => state.overviewOpen);
  const rows = useMemo(() => (open ? rowsOf(walk) : []), [walk, open]);
  const running = open ? walk.stages.flatMap((stage) => stage.steps.filter((step) => step.state === 'running')) : [];
  return (
    <Drawer
      open={open}
      getContainer={dialogContainer}
      onClose={() => set({ overviewOpen: false })}
      title={t('stage.overview')}
      placement="right"
      size="large"
      styles={{ wrapper: { width: 'min(1040px, 92vw)' } }}
      closable={{ 'aria-label': t('app.close') }}
    >
      <div style={tones}>
        <h3 className="overview-head">{t('stage.overview.now')}</h3>
        {running.length === 0 ? (
          <p className="quiet">{t('stage.overview.idle')}</p>
        ) : (
          <ul className="overview-now">
            {running.slice(0, 30).map((step) => (
              <li key={step.id}>
                <strong>{step.target}</strong>
                <span>{w(step.note ?? step.effects[0] ?? text(`run.stage.${step.stage}`))}</span>
                <Bar share={step.progress} label={step.target} />
              </li>
            ))}
          </ul>
        )}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard */}
        <section className="overview-wrap" tabIndex={0} aria-label={t('stage.overview.target')}>
          <table className="overview">
            <thead>
              <tr>
                <th scope="col">{t('stage.overview.target')}</th>
                <th scope="col">{t('stage.overview.done')}</th>
                {walk.stages.map((stage, at) => (
                  <th key={stage.id} scope="col">
                    {at + 1}. {w(text(`run.stage.${stage.id}`))}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              <tr>
                <th scope="row">{t('stage.overview.walk')}</th>
                <td>
                  <Bar
                    share={walk.progress}
                    label={t('stage.overview')}
                    tone={walk.state === 'done' ? 'good' : 'active'}
                  />
                </td>
                {walk.stages.map((stage) => (
                  <td key={stage.id}>
                    <span title={t(`stage.state.${stage.state}`)}>
                      <StateMark state={stage.state} />
                      <span className="visually-hidden">{t(`stage.state.${stage.state}`)}</span>
                    </span>
                  </td>
                ))}
              </tr>
              {rows.map((row) => (
                <tr key={row.target}>
                  <th scope="row">{row.target}</th>
                  <td>
                    <Bar
                      share={row.share}
                      label={row.target}
                      tone={row.failed ? 'bad' : row.share === 1 ? 'good' : 'active'}
                    />
                  </td>
                  {walk.stages.map((stage) => (
                    <td key={stage.id}>
                      <Cell steps={row.steps.filter((step) => step.stage === stage.id)} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      </div>
    </Drawer>
  );
}

function Cell({ steps }: { steps: readonly StepView[] }) {
  const { t } = useWords();
  const state = worst.find((one) => steps.some((step) => step.state === one));
  if (state === undefined) return <span className="quiet">·</span>;
  const done = steps.filter((step) => step.state === 'done').length;
  return (
    <span className="tabular" title={t(`stage.state.${state}`)}>
      <StateMark state={state} />
      <span className="visually-hidden">{t(`stage.state.${state}`)}</span>{' '}
      {state === 'done' ? steps.length : `${done}/${steps.length}`}
    </span>
  );
}

type Row = {
  readonly target: string;
  readonly steps: readonly StepView[];
  readonly share: number;
  readonly failed: boolean;
};

function rowsOf(walk: WalkView): readonly Row[] {
  const targets = new Map<string, StepView[]>();
  for (const step of walk.stages.flatMap((stage) => stage.steps))
    targets.set(step.target, [...(targets.get(step.target) ?? []), step]);
  return [...targets]
    .map(([target, steps]) => {
      const weight = steps.reduce((sum, step) => sum + step.weight, 0) || 1;
      return {
        target,
        steps,
        share: steps.reduce((sum, step) => sum + step.weight * step.progress, 0) / weight,
        failed: steps.some((step) => step.state === 'failed'),
      };
    })
    .sort((one, other) => Number(other.failed) - Number(one.failed) || (one.target < other.target ? -1 : 1));
}
