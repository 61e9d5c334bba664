import { useMemo } from 'react';
import type { JudgedFinding, StageView } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useEvidenceWords } from '../../../state/evidence.ts';
import { ratesOf } from '../../../state/transfers.ts';
import { whole } from '../../../ui/figures.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { FindingPill } from '../../../ui/StatusTag.tsx';
import { numbersOf } from './figures-of.ts';
import { RateChart } from './RateChart.tsx';
import { TransferProgress } from './TransferProgress.tsx';
import '../../../ui/table.css';
import '../../../ui/cards.css';
import '../../../ui/facts.css';

/** The import with its speed, the tables with their rows, and the migrations as they were applied. */
export function DataPanel({ stage, findings }: { stage: StageView; findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  // What was moved while this window looked on keeps its curve.
  const moved = stage.steps.filter((step) => step.transfer !== undefined || ratesOf(step.id).length > 1);
  const tables = useMemo(
    () =>
      findings.flatMap((finding) => {
        const configured = numbersOf(finding.actual, 'data.actual.configuration');
        const history = numbersOf(finding.actual, 'data.actual.history');
        const rows = configured?.rows ?? history?.present;
        return rows === undefined
          ? []
          : [
              {
                finding,
                rows,
                rate: history?.rate,
                inserted: configured?.insert ?? history?.rows,
                differ: configured?.differ ?? history?.wrong ?? 0,
              },
            ];
      }),
    [findings],
  );
  const schema = findings.find((finding) => finding.check === 'data.schema')?.evidence.at(-1);
  const pages = useEvidenceWords(schema === undefined ? [] : [schema]);
  const migrations = (pages.get(schema ?? '') ?? '')
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'))
    .filter((cells) => cells.length > 4);
  return (
    <>
      {moved.map((step) => (
        <Panel key={step.id} title={t('stage.import', { target: step.id.split('/').slice(2).join('/') })}>
          {step.state === 'running' && <TransferProgress step={step} />}
          <RateChart
            step={step.id}
            unit={step.transfer?.unit ?? 'rows'}
            done={step.transfer?.done ?? 1}
            running={step.state === 'running'}
          />
        </Panel>
      ))}
      {(tables.length > 0 || migrations.length > 0) && (
        <div className="cards">
          {tables.length > 0 && (
            <Panel title={t('stage.tables')} flush>
              <table className="plain">
                <thead>
                  <tr>
                    <th scope="col">{t('stage.table')}</th>
                    <th scope="col" className="number">
                      {t('stage.rows')}
                    </th>
                    <th scope="col" className="number">
                      {t('stage.rows.written')}
                    </th>
                    <th scope="col" className="number">
                      {t('stage.rows.differ')}
                    </th>
                    <th scope="col">{t('stage.state')}</th>
                  </tr>
                </thead>
                <tbody>
                  {tables.map(({ finding, rows, rate, inserted, differ }) => (
                    <tr key={finding.subject}>
                      <th scope="row">
                        {finding.subject}{' '}
                        {rate !== undefined && (
                          <span className="quiet tabular">{t('stage.rate.rows', { rate: whole(rate) })}</span>
                        )}
                      </th>
                      <td className="number tabular">{whole(rows)}</td>
                      <td className="number tabular">{inserted === undefined ? '–' : whole(inserted)}</td>
                      <td className="number tabular">{whole(differ)}</td>
                      <td>
                        <FindingPill status={finding.status} waived={finding.waiver !== undefined} />
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Panel>
          )}
          {migrations.length > 0 && (
            <Panel
              title={t('stage.migrations')}
              flush
              extra={
                <span className="quiet tabular">{t('stage.migrations.applied', { count: migrations.length })}</span>
              }
            >
              <ul className="facts">
                {migrations.map(([name, sha, , , milliseconds]) => (
                  <li key={name}>
                    <span className="mono">{name}</span>
                    <span className="quiet mono">
                      {sha?.slice(0, 12)} · {milliseconds} ms
                    </span>
                  </li>
                ))}
              </ul>
            </Panel>
          )}
        </div>
      )}
    </>
  );
}
