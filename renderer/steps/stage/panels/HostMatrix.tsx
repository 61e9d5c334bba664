import { useMemo } from 'react';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { useStore } from '../../../state/store.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { CountPill } from '../../../ui/StatusTag.tsx';
import { countsOf, worstOf } from '../verdicts.ts';
import { categoryWords } from '../words.ts';
import { VerdictBar } from './VerdictBar.tsx';
import '../../../ui/table.css';

/** Hosts down, categories across: each cell the worst state with the number of findings in it. */
export function HostMatrix({ findings }: { findings: readonly JudgedFinding[] }) {
  const { t } = useWords();
  const hosts = useStore((state) => state.site?.hosts);
  const matrix = useMemo(() => {
    const cells = new Map<string, Map<string, JudgedFinding[]>>();
    for (const finding of findings) {
      const row = cells.get(finding.subject) ?? new Map<string, JudgedFinding[]>();
      cells.set(finding.subject, row);
      row.set(finding.category, [...(row.get(finding.category) ?? []), finding]);
    }
    return {
      cells,
      rows: [...cells.keys()].sort(),
      columns: [...new Set(findings.map((finding) => finding.category))],
    };
  }, [findings]);
  if (findings.length === 0) return null;
  return (
    <Panel title={t('stage.matrix')} flush>
      <div className="scroll-x">
        <table className="matrix">
          <thead>
            <tr>
              <th scope="col">{t('stage.host')}</th>
              <th scope="col">{t('panel.matrix.all')}</th>
              {matrix.columns.map((column) => (
                <th key={column} scope="col">
                  {categoryWords(column, t)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {matrix.rows.map((row) => (
              <tr key={row}>
                <th scope="row">
                  {row} <span className="quiet mono">{hosts?.find((host) => host.name === row)?.address}</span>
                </th>
                <td>
                  <VerdictBar findings={[...(matrix.cells.get(row)?.values() ?? [])].flat()} label={row} />
                </td>
                {matrix.columns.map((column) => (
                  <td key={column}>
                    <Cell findings={matrix.cells.get(row)?.get(column) ?? []} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Panel>
  );
}

function Cell({ findings }: { findings: readonly JudgedFinding[] }) {
  const counts = countsOf(findings);
  // What does not apply tells nothing while something else was judged.
  const worst =
    worstOf(findings.filter((finding) => finding.status !== 'not-applicable' && finding.status !== 'skipped')) ??
    worstOf(findings);
  return worst === undefined ? <span className="quiet">–</span> : <CountPill status={worst} count={counts[worst]} />;
}
