import { text } from '../../../electron/contract/text.ts';
import type { StepView, WalkView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { rateOf, timeLeftOf } from '../../state/transfers.ts';
import { Bar } from '../../ui/Bar.tsx';
import { amount, duration } from '../../ui/figures.ts';

/** Steps that are listed; a run works on a handful at a time. */
const most = 30;

/** The steps at work: where, what, how far, and of a transfer how fast and how long still. */
export function AtWork({ walk }: { walk: WalkView }) {
  const { t, w } = useWords();
  const running = walk.stages.flatMap((stage) => stage.steps.filter((step) => step.state === 'running'));
  return (
    <section>
      <h3 className="overview-title">{t('stage.overview.now')}</h3>
      {running.length === 0 ? (
        <p className="quiet">{t('stage.overview.idle')}</p>
      ) : (
        <ul className="overview-now">
          {running.slice(0, most).map((step) => (
            <li key={step.id}>
              <strong>{step.target}</strong>
              <span>
                {w(step.note ?? step.effects[0] ?? text(`run.stage.${step.stage}`))} <Speed step={step} />
              </span>
              <Bar share={step.progress} label={step.target} />
              <span className="quiet tabular">{Math.floor(step.progress * 100)} %</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Speed({ step }: { step: StepView }) {
  const { t } = useWords();
  if (step.transfer === undefined) return null;
  const { done, total, unit } = step.transfer;
  const rate = rateOf(step.id);
  const left = timeLeftOf(step.id, step.transfer);
  const parts = [
    t('stage.transfer', { done: amount(done, unit), total: amount(total, unit) }),
    rate !== undefined && t('stage.rate', { rate: amount(rate, unit) }),
    left !== undefined && t('app.eta', { time: duration(left) }),
  ].filter((part) => part !== false);
  return <span className="quiet tabular">{parts.join(' · ')}</span>;
}
