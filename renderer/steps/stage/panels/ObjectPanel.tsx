import type { StageView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords, useStepEvidence } from '../../../state/evidence.ts';
import { Paged } from '../../../ui/Paged.tsx';
import { Panel } from '../../../ui/Panel.tsx';
import { StatePill } from '../../../ui/StatusTag.tsx';
import { objectSteps, objectsOf } from './objects.ts';
import './objects.css';

/** The release's objects in the cluster: what happened to each and how its step stands; why one waits while it does. */
export function ObjectPanel({ stage }: { stage: StageView }) {
  const { t, w } = useWords();
  const steps = objectSteps(stage);
  const kept = useStepEvidence(
    steps.map((step) => step.id),
    steps.map((step) => step.state).join(' '),
  );
  const pages = useEvidenceWords([...kept.values()].flat());
  const rows = steps.flatMap((step) =>
    objectsOf(
      step,
      (kept.get(step.id) ?? []).flatMap((id) => pages.get(id) ?? []),
    ),
  );
  const waiting = steps.filter((step) => step.state === 'running' && step.note !== undefined);
  if (rows.length === 0) return null;
  return (
    <Panel
      title={t('stage.objects')}
      flush
      extra={<span className="quiet tabular">{t('stage.objects.count', { count: rows.length })}</span>}
    >
      {waiting.map((step) => (
        <p key={step.id} className="panel-note">
          {w(step.note!)}
        </p>
      ))}
      <ul className="objects">
        <Paged items={rows} size={60}>
          {(row) => (
            <li key={`${row.step.id} ${row.kind} ${row.name}`}>
              <StatePill state={row.step.state} />
              <span>
                <strong>{row.name.split('/').at(-1)}</strong> <span className="quiet">{row.kind}</span>
              </span>
              <span className="quiet tabular">
                {row.change === undefined ? '' : t(`stage.change.${row.change}`)}
                {row.version !== undefined && ` · ${t('stage.version', { version: row.version })}`}
              </span>
            </li>
          )}
        </Paged>
      </ul>
    </Panel>
  );
}
