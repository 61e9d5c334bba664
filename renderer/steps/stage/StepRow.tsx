import { Button } from 'antd';
import { memo } from 'react';
import type { StepView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { resumeWalk } from '../../state/actions.ts';
import { useStore } from '../../state/store.ts';
import { Bar } from '../../ui/Bar.tsx';
import { ErrorNotice } from '../../ui/ErrorNotice.tsx';
import { amount, span } from '../../ui/figures.ts';
import { StatePill } from '../../ui/StatusTag.tsx';
import { elapsedOf } from './useStage.ts';

/** Effects that a row shows at once. */
const most = 4;

/** One step: state, where, what it does, how far it is and how long it took; of a failed one why, and the way to try again. */
export const StepRow = memo(function StepRow({ step, now }: { step: StepView; now: number }) {
  const { t, w } = useWords();
  const busy = useStore((state) => state.walk?.state === 'running');
  const elapsed = elapsedOf(step, now);
  const running = step.state === 'running';
  const facts = [
    step.already && t('stage.already'),
    step.attempts > 1 && t('stage.attempt', { count: step.attempts }),
    !step.mutates && t('stage.reads'),
  ].filter((fact) => fact !== false);
  return (
    <li className="step">
      <StatePill state={step.state} />
      <strong className="step-target">{step.target}</strong>
      <div className="step-words">
        {step.effects.slice(0, most).map((effect, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the effects of a step never change
          <div key={at}>{w(effect)}</div>
        ))}
        {step.effects.length > most && (
          <details>
            <summary>{t('stage.more.left', { count: step.effects.length - most })}</summary>
            {step.effects.slice(most).map((effect, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: the effects of a step never change
              <div key={at}>{w(effect)}</div>
            ))}
          </details>
        )}
        {facts.length > 0 && <div className="quiet">{facts.join(' · ')}</div>}
        {running && (
          <div className="step-live">
            <Bar share={step.progress} label={step.target} />
            <span className="quiet tabular">
              {step.transfer !== undefined &&
                `${t('stage.transfer', { done: amount(step.transfer.done, step.transfer.unit), total: amount(step.transfer.total, step.transfer.unit) })} · `}
              {step.note !== undefined ? w(step.note) : `${Math.floor(step.progress * 100)} %`}
            </span>
          </div>
        )}
        {step.error !== undefined && <ErrorNotice error={step.error} />}
        {step.state === 'failed' && !busy && (
          <Button size="small" onClick={() => void resumeWalk()}>
            {t('stage.retry')}
          </Button>
        )}
      </div>
      <span className="step-time quiet tabular">{elapsed === undefined ? '' : span(elapsed)}</span>
    </li>
  );
});
