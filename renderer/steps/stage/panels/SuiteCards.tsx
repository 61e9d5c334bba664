import { useMemo } from 'react';
import type { JudgedFinding, StageView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { Bar } from '../../../ui/Bar.tsx';
import { span } from '../../../ui/figures.ts';
import { CountPill, StateTag } from '../../../ui/StatusTag.tsx';
import { elapsedOf, useNow } from '../useStage.ts';
import { countsOf, order } from '../verdicts.ts';
import { categoryWords } from '../words.ts';
import './suites.css';

/** One tile for each suite: state, cases by verdict, time; while it runs, the case of the moment. */
export function SuiteCards({ stage, findings }: { stage: StageView; findings: readonly JudgedFinding[] }) {
  const { t, w } = useWords();
  const now = useNow(stage.state === 'running');
  const suites = useMemo(
    () =>
      stage.steps.map((step) => {
        const name = step.id.split('/').at(-1)!;
        return { step, name, findings: findings.filter((finding) => finding.category === name) };
      }),
    [stage.steps, findings],
  );
  return (
    <ul className="suites">
      {suites.map(({ step, name, findings: of }) => {
        const counts = countsOf(of);
        const elapsed = elapsedOf(step, now);
        return (
          <li key={step.id} className="suite">
            <div className="suite-head">
              <strong>{categoryWords(name, t)}</strong>
              <StateTag state={step.state} />
            </div>
            <div className="suite-figure">
              <b className="tabular">{of.length === 0 ? '–' : counts.passed}</b>
              <span className="quiet tabular">
                {of.length > 0 && t('stage.passed-of', { total: of.length })}
                {elapsed !== undefined && ` · ${span(elapsed)}`}
              </span>
            </div>
            <div className="suite-counts">
              {order
                .filter((shown) => counts[shown] > 0)
                .map((shown) => (
                  <CountPill key={shown} status={shown} count={counts[shown]} />
                ))}
            </div>
            <Bar
              share={step.progress}
              label={categoryWords(name, t)}
              tone={counts.failed + counts.error > 0 ? 'bad' : step.state === 'done' ? 'good' : 'active'}
            />
            <div className="suite-note quiet">{step.note === undefined ? '\u00a0' : w(step.note)}</div>
          </li>
        );
      })}
    </ul>
  );
}
