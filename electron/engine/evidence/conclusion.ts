import { type Text, type TextKey, text } from '../../contract/text.ts';
import type { JudgedFinding, RunState } from '../../contract/views.ts';

export const conclusions = ['passed', 'conditional', 'failed'] as const;
export type Conclusion = (typeof conclusions)[number];

/** How many results ended how. `total` is the sum of passed, warnings, failed and unknown. */
export type Counts = {
  /** Results that count: everything but what does not apply, and what was skipped without being demanded. */
  readonly total: number;
  readonly passed: number;
  readonly warnings: number;
  /** Failed, waived or not. */
  readonly failed: number;
  /** Could not be found out, or must pass and was skipped; waived or not. */
  readonly unknown: number;
  readonly mustPass: number;
  readonly mustPassMet: number;
  /** Failed or unknown, with a waiver that counts. */
  readonly waived: number;
  /** Failed or unknown, without one. */
  readonly open: number;
  /** Does not apply to this site, or was skipped without being demanded. */
  readonly notApplicable: number;
};

/** The numbers behind the conclusion; every face shows these and no others. */
export type Verdict = Counts & {
  readonly conclusion: Conclusion;
  /** The walk came to its end. */
  readonly complete: boolean;
};

export function countFindings(findings: readonly JudgedFinding[]): Counts {
  const counting = findings.filter(counts);
  const mustPass = counting.filter((finding) => finding.mustPass);
  const missing = counting.filter(isMissing);
  return {
    total: counting.length,
    passed: counting.filter((finding) => finding.status === 'passed').length,
    warnings: counting.filter((finding) => finding.status === 'warning').length,
    failed: counting.filter((finding) => finding.status === 'failed').length,
    unknown: counting.filter((finding) => finding.status === 'error' || finding.status === 'skipped').length,
    mustPass: mustPass.length,
    mustPassMet: mustPass.filter((finding) => !isMissing(finding)).length,
    waived: missing.filter(isCarried).length,
    open: missing.filter((finding) => !isCarried(finding)).length,
    notApplicable: findings.length - counting.length,
  };
}

/**
 * The one function that says how an acceptance ends: failed when a must-pass result is missing, something failed or stayed
 * unknown without a waiver, nothing was judged, or the walk did not end; conditional when waivers carry it; else passed.
 * Warnings are listed, they do not decide.
 */
export function concludeAcceptance(findings: readonly JudgedFinding[], run: RunState): Verdict {
  const counted = countFindings(findings);
  const complete = run === 'done';
  const failed = !complete || counted.open > 0 || counted.total === 0;
  return { ...counted, complete, conclusion: failed ? 'failed' : counted.waived > 0 ? 'conditional' : 'passed' };
}

/** The verdict's numbers in a sentence, the same on the report's cover and on the command line. */
export function sayVerdict(verdict: Verdict): Text {
  const { total, mustPass, mustPassMet } = verdict;
  const parts = (
    [
      ['report.verdict.passed', verdict.passed],
      ['report.verdict.warnings', verdict.warnings],
      ['report.verdict.failed', verdict.failed],
      ['report.verdict.unknown', verdict.unknown],
      ['report.verdict.waived', verdict.waived],
      ['report.verdict.open', verdict.open],
    ] as const satisfies readonly (readonly [TextKey, number])[]
  ).flatMap(([key, count]) => (count > 0 || key === 'report.verdict.passed' ? [text(key, { count })] : []));
  const list = parts.reduce((first, next) => text('report.verdict.and', { first, next }));
  const must =
    mustPass === mustPassMet
      ? text('report.verdict.must-met', { mustPass })
      : text('report.verdict.must-missing', { mustPass, missing: mustPass - mustPassMet });
  const words = total === 0 ? text('report.verdict.none') : text('report.verdict', { must, total, list });
  return verdict.complete ? words : text('report.verdict.incomplete', { words });
}

/** A skipped must-pass result is missing; any other skipped one was not demanded. */
function counts(finding: JudgedFinding): boolean {
  return finding.status !== 'not-applicable' && (finding.status !== 'skipped' || finding.mustPass);
}

function isMissing(finding: JudgedFinding): boolean {
  return finding.status === 'failed' || finding.status === 'error' || finding.status === 'skipped';
}

function isCarried(finding: JudgedFinding): boolean {
  return !finding.mustPass && finding.waiver !== undefined;
}
