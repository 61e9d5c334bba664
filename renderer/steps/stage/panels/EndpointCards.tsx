import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { Panel } from '../../../ui/Panel.tsx';
import { CountPill } from '../../../ui/StatusTag.tsx';
import { countsOf, grouped, order, shownAs } from '../verdicts.ts';
import '../../../ui/cards.css';
import '../../../ui/facts.css';

/** Findings that a card shows. */
const most = 7;

/** A card for each endpoint that the release depends on: its counts and what was found there, worst first. */
export function EndpointCards({ findings }: { findings: readonly JudgedFinding[] }) {
  const { w } = useWords();
  if (findings.length === 0) return null;
  return (
    <div className="cards">
      {grouped(findings.filter((finding) => finding.status !== 'not-applicable'))
        .slice(0, 12)
        .map(({ subject, findings: of }) => {
          const counts = countsOf(of);
          return (
            <Panel
              key={subject}
              title={subject}
              flush
              extra={order
                .filter((shown) => counts[shown] > 0)
                .map((shown) => <CountPill key={shown} status={shown} count={counts[shown]} />)}
            >
              <ul className="facts">
                {of.slice(0, most).map((finding) => (
                  <li key={finding.check} className={`fact-${shownAs(finding)}`}>
                    <span className="quiet">{w(finding.title)}</span>
                    <span>{w(finding.actual)}</span>
                  </li>
                ))}
              </ul>
            </Panel>
          );
        })}
    </div>
  );
}
