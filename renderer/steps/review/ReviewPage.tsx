import { Button } from 'antd';
import { useEffect } from 'react';
import { useWords } from '../../i18n/text.ts';
import { beginWalk, loadPlan } from '../../state/actions.ts';
import { useStore } from '../../state/store.ts';

/** Every effect per host; nothing is touched before Begin. */
export function ReviewPage() {
  const { t, w } = useWords();
  const plan = useStore((state) => state.plan);
  useEffect(() => void loadPlan(), []);
  return (
    <>
      <h2 className="page-title" tabIndex={-1}>
        {t('app.step.review')}
      </h2>
      {plan?.stages.map((stage) => (
        <section key={stage.id}>
          <h3>{w(stage.title)}</h3>
          <ul>
            {stage.steps.flatMap((step) => step.effects.map((effect, at) => <li key={`${step.id}${at}`}>{`${step.target}: ${w(effect)}`}</li>))}
          </ul>
        </section>
      ))}
      <Button type="primary" onClick={() => void beginWalk()}>
        {t('app.begin')}
      </Button>
    </>
  );
}
