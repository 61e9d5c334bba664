import { useMemo } from 'react';
import { text } from '../../../electron/contract/text.ts';
import type { StepState, StepView, WalkView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { StateMark } from '../../ui/StatusTag.tsx';

const worst: readonly StepState[] = ['failed', 'running', 'cancelled', 'blocked', 'pending', 'done'];

/** Every host, then every endpoint, against the stages. */
export function TargetTable({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const hosts = useStore((state) => state.site?.hosts);
  const names = useMemo(() => new Set(hosts?.map((host) => host.name)), [hosts]);
  const rows = useMemo(() => rowsOf(walk), [walk]);
  const groups = [
    { title: t('panel.overview.hosts'), rows: rows.filter(({ target }) => names.has(target)) },
    { title: t('panel.overview.endpoints'), rows: rows.filter(({ target }) => !names.has(target)) },
  ].filter((group) => group.rows.length > 0);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by keyboard
    <section className="overview-wrap" tabIndex={0} aria-label={t('stage.overview.target')}>
      <table className="overview-table">
        <thead>
          <tr>
            <th scope="col">{t('stage.overview.target')}</th>
            <th scope="col">{t('stage.overview.done')}</th>
            {walk.stages.map((stage) => (
              <th key={stage.id} scope="col">
                <span title={t(`stage.state.${stage.state}`)}>
                  <StateMark state={stage.state} />
                  <span className="visually-hidden">{t(`stage.state.${stage.state}`)}: </span>
                </span>
                <div>{w(text(`run.stage.${stage.id}`))}</div>
              </th>
            ))}
          </tr>
        </thead>
        {groups.map((group) => (
          <tbody key={group.title}>
            <tr className="overview-group">
              <th colSpan={walk.stages.length + 2} scope="colgroup">
                {group.title} <span className="tabular">{group.rows.length}</span>
              </th>
            </tr>
            {group.rows.map((row) => (
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
        ))}
      </table>
    </section>
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
