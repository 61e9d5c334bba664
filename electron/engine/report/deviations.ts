import { type DeviationNote, deviationLevels } from '../../contract/acceptance.ts';
import { type Text, verbatim } from '../../contract/text.ts';
import { canonicalJson, sha256 } from '../evidence/canonical.ts';
import type { Notes } from './notes.ts';
import { needsAttention, type ReportRecord } from './records.ts';

/** Something that is not as it should be: one check with one outcome, whatever number of hosts it concerns. */
export type Deviation = {
  /** Stable from run to run as long as the same is expected of the same check; `O-...` where people added it. */
  readonly id: string;
  /** `DV-01`. */
  readonly number: string;
  /** Major: must pass. Minor: failed or unknown otherwise. Observation: a warning. People may say otherwise. */
  readonly level: (typeof deviationLevels)[number];
  /** Absent where people added it. */
  readonly check?: string;
  readonly title: Text;
  readonly expected?: Text;
  readonly found: readonly { readonly record: string; readonly subject: string; readonly actual: Text }[];
  readonly fix?: Text;
  /** Who closes it, by the duties of chapter 3: the customer provides what was found, the contractor what was installed. */
  readonly owner?: 'customer' | 'contractor';
  /** What people wrote about it. */
  readonly note: DeviationNote;
  /** Why one that people added does not count any more. */
  readonly withdrawn?: string;
  readonly waiver?: NonNullable<ReportRecord['waiver']>;
};

/** What was found at the site before anything was changed. */
const found: ReadonlySet<ReportRecord['stage']> = new Set(['inventory', 'environment', 'dependencies']);

/** Deviations of the records and those that people added, worst first, with what was written about each. */
export function deviationsOf(records: readonly ReportRecord[], notes: Notes): readonly Deviation[] {
  const groups = new Map<string, ReportRecord[]>();
  for (const record of records.filter(needsAttention)) {
    const { check, mustPass, status, expected, waiver } = record;
    const key = canonicalJson([check, mustPass, status, expected, waiver?.id ?? '']);
    groups.set(key, [...(groups.get(key) ?? []), record]);
  }
  const computed = [...groups.values()].map((group): Omit<Deviation, 'number'> => {
    const [first] = group as [ReportRecord];
    const { check, title, expected, fix, stage, waiver } = first;
    const id = `D-${sha256(canonicalJson([check, first.status, expected, waiver?.id ?? ''])).slice(0, 8)}`;
    const note = notes.deviations.get(id) ?? {};
    return {
      ...{ id, check, title, expected, note },
      level: note.level ?? levelOf(first),
      found: group.map(({ number, subject, actual }) => ({ record: number, subject, actual })),
      ...(fix && { fix: fix.text }),
      owner: found.has(stage) ? 'customer' : 'contractor',
      ...(waiver && { waiver }),
    };
  });
  const own = notes.own.map(
    ({ id, title, level, withdrawn, ...note }): Omit<Deviation, 'number'> => ({
      ...{ id, level, note, found: [], title: verbatim(title) },
      ...(withdrawn !== undefined && { withdrawn }),
    }),
  );
  return [...computed, ...own]
    .sort((one, other) => deviationLevels.indexOf(one.level) - deviationLevels.indexOf(other.level))
    .map((deviation, at) => ({ ...deviation, number: `DV-${String(at + 1).padStart(2, '0')}` }));
}

function levelOf(record: ReportRecord): Deviation['level'] {
  if (record.status === 'warning') return 'observation';
  return record.mustPass ? 'major' : 'minor';
}
