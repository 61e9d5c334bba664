import { theme } from 'antd';
import type { PlanView } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { EffectMark } from './EffectMark.tsx';

/** One box per host or endpoint: what happens there, stage after stage. */
export function EffectsByTarget({ plan, onlyChanges }: { plan: PlanView; onlyChanges: boolean }) {
  const { w } = useWords();
  const { token } = theme.useToken();
  const targets = new Map<
    string,
    { stage: PlanView['stages'][number]; step: PlanView['stages'][number]['steps'][number] }[]
  >();
  for (const stage of plan.stages) {
    for (const step of stage.steps) {
      if (onlyChanges && !step.mutates) continue;
      targets.set(step.target, [...(targets.get(step.target) ?? []), { stage, step }]);
    }
  }
  return (
    <div className="review-boxes">
      {[...targets].map(([target, entries]) => (
        <section key={target} aria-label={target} className="review-box" style={{ background: token.colorBgContainer }}>
          <h3>
            {target}{' '}
            <small className="quiet tabular">{entries.reduce((sum, { step }) => sum + step.effects.length, 0)}</small>
          </h3>
          {[...new Set(entries.map(({ stage }) => stage))].map((stage) => (
            <div key={stage.id}>
              <h4>{w(stage.title)}</h4>
              <ul>
                {entries
                  .filter((entry) => entry.stage === stage)
                  .flatMap(({ step }) =>
                    step.effects.map((effect, at) => (
                      // biome-ignore lint/suspicious/noArrayIndexKey: the effects of a step never change
                      <li key={`${step.id} ${at}`}>
                        <EffectMark mutates={step.mutates} /> {w(effect)}
                      </li>
                    )),
                  )}
              </ul>
            </div>
          ))}
        </section>
      ))}
    </div>
  );
}
