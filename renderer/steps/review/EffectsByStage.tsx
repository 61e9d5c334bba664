import { theme } from 'antd';
import type { PlanView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { EffectMark } from './EffectMark.tsx';

/** The plan in its order: stage, then target and effect. */
export function EffectsByStage({ plan, onlyChanges }: { plan: PlanView; onlyChanges: boolean }) {
  const { w } = useWords();
  const { token } = theme.useToken();
  const stages = plan.stages
    .map((stage) => ({ ...stage, steps: stage.steps.filter((step) => step.mutates || !onlyChanges) }))
    .filter((stage) => stage.steps.length > 0);
  return (
    <ol className="review-stages">
      {stages.map((stage) => (
        <li key={stage.id} className="review-box" style={{ background: token.colorBgContainer }}>
          <h3>{w(stage.title)}</h3>
          <ul>
            {stage.steps.flatMap((step) =>
              step.effects.map((effect, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the effects of a step never change
                <li key={`${step.id} ${at}`}>
                  <EffectMark mutates={step.mutates} /> <strong>{step.target}</strong>: {w(effect)}
                </li>
              )),
            )}
          </ul>
        </li>
      ))}
    </ol>
  );
}
