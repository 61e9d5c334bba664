import type { Transfer } from '../../../../electron/contract/transfers.ts';
import type { StageView, StepView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useStore } from '../../../state/store.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { amount, clock } from '../../../ui/figures.ts';
import { type Phase, phasesOf } from './images.ts';
import { TransferProgress } from './TransferProgress.tsx';
import './push.css';

const marks: Record<Phase['state'], string> = { pending: '○', running: '▶', done: '✓', failed: '✗', stopped: '■' };

/** The parts of the way one after the other; below them how far the one at work is, and what had to be tried again. */
export function PushProgress({ stage, push }: { stage: StageView; push: StepView }) {
  const { t } = useWords();
  const phases = phasesOf(stage);
  const verify = phases.find(({ id }) => id === 'verify');
  const sending = push.state === 'running' && push.transfer !== undefined;
  return (
    <section className="push" aria-label={t('panel.phase')}>
      <ol className="phases">
        {phases.map((phase) => (
          <li key={phase.id} className={`phase phase-${phase.state}`}>
            <span aria-hidden="true">{marks[phase.state]}</span> <strong>{t(`panel.phase.${phase.id}`)}</strong>{' '}
            <span className="tabular">
              <FigureOf phase={phase} transfer={push.transfer} />
            </span>
          </li>
        ))}
      </ol>
      {sending && <TransferProgress step={push} />}
      {push.transfer?.setbacks !== undefined && <Setbacks setbacks={push.transfer.setbacks} />}
      {verify?.state === 'running' && (
        <div className="push-verify">
          <p className="tabular">{t('panel.verify', { done: verify.done, total: verify.total })}</p>
          <Bar share={verify.done / verify.total} label={t('panel.phase.verify')} tone="good" />
        </div>
      )}
    </section>
  );
}

function FigureOf({ phase, transfer }: { phase: Phase; transfer: Transfer | undefined }) {
  const { t } = useWords();
  if (phase.id === 'verify') return t('panel.phase.images', { done: phase.done, total: phase.total });
  if (phase.id !== 'send' || transfer === undefined || transfer.total === 0) return null;
  return `${Math.floor((100 * transfer.done) / transfer.total)} %`;
}

function Setbacks({ setbacks }: { setbacks: NonNullable<Transfer['setbacks']> }) {
  const { t, w } = useWords();
  const offsetMinutes = useStore((state) => state.site?.utcOffsetMinutes ?? 480);
  const { count, at, problem, done, waiting } = setbacks;
  const told = { count, at: clock(at, offsetMinutes), problem: w(problem), done: amount(done, 'bytes') };
  return (
    <p className={waiting ? 'setback setback-waiting' : 'setback'} role="status">
      <span aria-hidden="true">!</span> {t(waiting ? 'panel.setback.waiting' : 'panel.setback.over', told)}
    </p>
  );
}
