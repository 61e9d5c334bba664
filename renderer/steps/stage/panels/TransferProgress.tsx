import type { StepView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { rateOf, timeLeftOf } from '../../../state/transfers.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { amount, duration } from '../../../ui/figures.ts';
import { elapsedOf, useNow } from '../useStage.ts';
import './transfer.css';

/** How far a running transfer is: share, amount done of the total, speed, time left once the speed is steady. */
export function TransferProgress({ step }: { step: StepView }) {
  const { t } = useWords();
  const now = useNow(step.state === 'running');
  if (step.transfer === undefined) return null;
  const { done, total, unit } = step.transfer;
  const share = total > 0 ? done / total : 0;
  const rate = rateOf(step.id);
  const left = timeLeftOf(step.id, step.transfer);
  const elapsed = elapsedOf(step, now);
  return (
    <section className="transfer" aria-label={step.target}>
      <div className="transfer-line tabular">
        <b>{Math.floor(share * 100)} %</b>
        <span>{t('stage.transfer', { done: amount(done, unit), total: amount(total, unit) })}</span>
        {rate !== undefined && <span>{t('stage.rate', { rate: amount(rate, unit) })}</span>}
        {elapsed !== undefined && <span>{t('app.elapsed', { time: duration(elapsed) })}</span>}
        <span className="quiet">
          {left === undefined ? t('stage.eta.unsteady') : t('app.eta', { time: duration(left) })}
        </span>
      </div>
      <Bar share={share} label={step.target} />
    </section>
  );
}
