import { type JudgedFinding, stageIds } from '../../contract/views.ts';
import { type Counts, countFindings } from '../evidence/conclusion.ts';
import type { StoredFinding } from '../store/findings.ts';

/** The parts of the acceptance record in their order. */
export const qualifications = ['IQ', 'OQ', 'PQ', 'SQ', 'BR'] as const;
export type Qualification = (typeof qualifications)[number];

/** The journal's row that vouches for a verdict: the outcome of the step which recorded it. */
export type JournalMark = { readonly seq: number; readonly hash: string };

/** One test record: a finding with its running number, e.g. `OQ-003`, and where it comes from. */
export type ReportRecord = JudgedFinding & {
  readonly number: string;
  readonly step: string;
  readonly journal?: JournalMark;
};

export type Tally = Counts & { readonly qualification: Qualification };

/**
 * Numbers the findings in the order in which they are read: by part, what needs attention first, then host by host in the
 * inventory's order, then stage by stage. The same findings always get the same numbers.
 */
export function recordsOf(
  stored: readonly StoredFinding[],
  judged: readonly JudgedFinding[],
  hosts: readonly string[],
  outcomes: ReadonlyMap<string, JournalMark>,
): readonly ReportRecord[] {
  const numbers = new Map<Qualification, number>();
  return judged
    .map((finding, at) => ({ finding, step: stored[at]?.step ?? '', key: [...readingKey(finding, hosts), at] }))
    .sort((one, other) => compare(one.key, other.key))
    .map(({ finding, step }) => {
      const number = (numbers.get(finding.qualification) ?? 0) + 1;
      numbers.set(finding.qualification, number);
      const journal = outcomes.get(step);
      return {
        ...finding,
        number: `${finding.qualification}-${String(number).padStart(3, '0')}`,
        step,
        ...(journal && { journal }),
      };
    });
}

export function talliesOf(records: readonly ReportRecord[]): readonly Tally[] {
  return qualifications.map((qualification) => ({
    qualification,
    ...countFindings(records.filter((record) => record.qualification === qualification)),
  }));
}

/** Failed, unknown or with a warning. */
export function needsAttention(record: JudgedFinding): boolean {
  return record.status === 'failed' || record.status === 'error' || record.status === 'warning';
}

/** Judged about one host before anything was changed: shown host by host. */
export function isAboutHost(record: JudgedFinding, hosts: readonly string[]): boolean {
  return (record.stage === 'inventory' || record.stage === 'environment') && hosts.includes(record.subject);
}

function readingKey(finding: JudgedFinding, hosts: readonly string[]): readonly number[] {
  const part = qualifications.indexOf(finding.qualification);
  if (needsAttention(finding)) {
    return [part, 0, finding.mustPass ? 0 : 1, ['failed', 'error', 'warning'].indexOf(finding.status)];
  }
  if (isAboutHost(finding, hosts)) return [part, 1, hosts.indexOf(finding.subject), 0];
  return [part, 2, stageIds.indexOf(finding.stage), 0];
}

function compare(one: readonly number[], other: readonly number[]): number {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at < 0 ? 0 : (one[at] ?? 0) - (other[at] ?? 0);
}
