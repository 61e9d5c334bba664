import type { StageId } from '../../../electron/contract/views.ts';
import { useWords } from '../../i18n/text.ts';
import { useStore } from '../../state/store.ts';
import { FindingTag } from '../../ui/StatusTag.tsx';

/** The verdicts of a stage. */
export function FindingList({ stage }: { stage: StageId }) {
  const { w } = useWords();
  const findings = useStore((state) => state.findings).filter((finding) => finding.stage === stage);
  return (
    <ul>
      {findings.map((finding) => (
        <li key={`${finding.check} ${finding.subject}`}>
          <FindingTag status={finding.status} waived={finding.waiver !== undefined} /> {finding.subject}: {w(finding.title)} — <strong>{w(finding.actual)}</strong>
        </li>
      ))}
    </ul>
  );
}
