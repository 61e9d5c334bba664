import type { JudgedFinding } from '../../../electron/contract/views.ts';
import { Paged } from '../../ui/Paged.tsx';
import { CountPill } from '../../ui/StatusTag.tsx';
import { FindingRow } from './FindingRow.tsx';
import { countsOf, type Group, keyOf, order } from './verdicts.ts';

const none: ReadonlySet<string> = new Set();

/** The findings about one host or endpoint, with their counts. */
export function FindingGroup({
  group,
  expanded = none,
  onWaive,
}: {
  group: Group;
  expanded?: ReadonlySet<string>;
  onWaive: (finding: JudgedFinding) => void;
}) {
  const counts = countsOf(group.findings);
  return (
    <section className="finding-group" aria-label={group.subject}>
      <h4>
        {group.subject}
        {order
          .filter((shown) => counts[shown] > 0)
          .map((shown) => (
            <CountPill key={shown} status={shown} count={counts[shown]} />
          ))}
      </h4>
      <ul>
        <Paged items={group.findings} size={100}>
          {(finding) => (
            <FindingRow
              key={keyOf(finding)}
              finding={finding}
              startsOpen={expanded.has(keyOf(finding))}
              onWaive={onWaive}
            />
          )}
        </Paged>
      </ul>
    </section>
  );
}
