import type { Text } from '../../contract/text.ts';
import { canonicalJson } from '../evidence/canonical.ts';
import { needsAttention, type ReportRecord } from './records.ts';

export const levels = ['major', 'minor', 'observation'] as const;

/** Something that is not as it should be: one check with one outcome, whatever number of hosts it concerns. */
export type Deviation = {
  /** `DV-01`. */
  readonly number: string;
  /** Major: must pass. Minor: failed or unknown otherwise. Observation: a warning. */
  readonly level: (typeof levels)[number];
  readonly check: string;
  readonly title: Text;
  readonly expected: Text;
  readonly found: readonly { readonly record: string; readonly subject: string; readonly actual: Text }[];
  readonly fix?: Text;
  /** Who closes it, by the duties of chapter 3: the customer provides what was found, the contractor what was installed. */
  readonly owner: 'customer' | 'contractor';
  readonly waiver?: NonNullable<ReportRecord['waiver']>;
};

/** What was found at the site before anything was changed. */
const found: ReadonlySet<ReportRecord['stage']> = new Set(['inventory', 'environment', 'dependencies']);

/** Deviations of the records, worst first. */
export function deviationsOf(records: readonly ReportRecord[]): readonly Deviation[] {
  const groups = new Map<string, ReportRecord[]>();
  for (const record of records.filter(needsAttention)) {
    const { check, mustPass, status, expected, waiver } = record;
    const key = canonicalJson([check, mustPass, status, expected, waiver?.id ?? '']);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  return [...groups.values()]
    .map((group) => ({ group, level: levelOf(group[0] as ReportRecord) }))
    .sort((one, other) => levels.indexOf(one.level) - levels.indexOf(other.level))
    .map(({ group, level }, at) => {
      const { check, title, expected, fix, stage, waiver } = group[0] as ReportRecord;
      return {
        number: `DV-${String(at + 1).padStart(2, '0')}`,
        level,
        check,
        title,
        expected,
        found: group.map(({ number, subject, actual }) => ({ record: number, subject, actual })),
        ...(fix && { fix: fix.text }),
        owner: found.has(stage) ? 'customer' : 'contractor',
        ...(waiver && { waiver }),
      };
    });
}

function levelOf(record: ReportRecord): Deviation['level'] {
  if (record.status === 'warning') return 'observation';
  return record.mustPass ? 'major' : 'minor';
}
