import { text } from '../../../../electron/contract/text.ts';
import type { JudgedFinding } from '../../../../electron/contract/views.ts';
import { useWords } from '../../../i18n/text.ts';
import { countsOf, order, type Shown } from '../verdicts.ts';
import './verdict-bar.css';

const tones: Readonly<Record<Shown, string>> = {
  failed: 'bad',
  error: 'bad',
  warning: 'warning',
  waived: 'warning',
  skipped: 'quiet-soft',
  'not-applicable': 'quiet-soft',
  passed: 'good',
};

/** The verdicts about one host as shares of a bar, worst first; a single failure among hundreds is still to be seen. */
export function VerdictBar({ findings, label }: { findings: readonly JudgedFinding[]; label: string }) {
  const { w } = useWords();
  const counts = countsOf(findings);
  const shown = order.filter((status) => counts[status] > 0);
  const words = shown.map((status) => `${w(text(`run.status.${status}`))} ${counts[status]}`).join(', ');
  return (
    <div className="verdict-bar" role="img" aria-label={`${label}: ${words}`} title={words}>
      {shown.map((status) => (
        <div key={status} style={{ flexGrow: counts[status], background: `var(--${tones[status]})` }} />
      ))}
    </div>
  );
}
