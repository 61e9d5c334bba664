import { Button } from 'antd';
import { useState } from 'react';
import type { StepView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { Paged } from '../../ui/Paged.tsx';
import { Panel } from '../../ui/Panel.tsx';
import { StepRow } from './StepRow.tsx';
import { useNow } from './useStage.ts';
import './steps.css';

const ranks: Readonly<Record<StepView['state'], number>> = {
  failed: 0,
  running: 1,
  cancelled: 2,
  blocked: 3,
  pending: 4,
  done: 5,
};

/** The steps of a stage with their effects: what failed first, then what runs; done ones fold away when all are. */
export function StepList({ steps }: { steps: readonly StepView[] }) {
  const { t } = useWords();
  const [toggled, setToggled] = useState<boolean>();
  const running = steps.some((step) => step.state === 'running');
  const now = useNow(running);
  const done = steps.filter((step) => step.state === 'done').length;
  const settled = done === steps.length;
  const open = toggled ?? !settled;
  const failed = steps.filter((step) => step.state === 'failed').length;
  // A step keeps its place while it runs: only what failed moves to the front.
  const sorted = running
    ? [...steps].sort((one, other) => Number(other.state === 'failed') - Number(one.state === 'failed'))
    : [...steps].sort((one, other) => ranks[one.state] - ranks[other.state]);
  return (
    <Panel
      title={t('stage.steps')}
      flush
      extra={
        <>
          <span className="quiet tabular">{t('stage.steps.done', { done, total: steps.length })}</span>
          {failed > 0 && <span className="tone-text-bad">{t('stage.steps.failed', { count: failed })}</span>}
          <Button size="small" type="link" aria-expanded={open} onClick={() => setToggled(!open)}>
            {t(open ? 'stage.steps.hide' : 'stage.steps.show')}
          </Button>
        </>
      }
    >
      {open && (
        <ol className="steps">
          <Paged items={sorted} size={100}>
            {(step) => <StepRow key={step.id} step={step} now={step.state === 'running' ? now : 0} />}
          </Paged>
        </ol>
      )}
    </Panel>
  );
}
