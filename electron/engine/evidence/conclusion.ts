import type { JudgedFinding, RunState } from '../../contract/views.ts';

export const conclusions = ['passed', 'conditional', 'failed'] as const;
export type Conclusion = (typeof conclusions)[number];

/** The numbers behind the verdict; every face shows these and no others. */
export type Verdict = {
  readonly conclusion: Conclusion;
  readonly total: number;
  readonly passed: number;
  readonly mustPass: number;
  readonly mustPassMet: number;
  /** Failed or unknown, with a waiver that counts. */
  readonly waived: number;
  /** Failed or unknown, without one. */
  readonly open: number;
  readonly warnings: number;
};

/**
 * The one function that says how an acceptance ends: failed when a must-pass result is missing, something failed or stayed
 * unknown without a waiver, or the walk did not end; conditional when waivers carry it; else passed. Warnings are listed,
 * they do not decide.
 */
export function concludeAcceptance(findings: readonly JudgedFinding[], run: RunState): Verdict {
  const bad = (finding: JudgedFinding) => finding.status === 'failed' || finding.status === 'error';
  const judged = findings.filter((finding) => finding.status !== 'not-applicable' && finding.status !== 'skipped');
  const mustPass = judged.filter((finding) => finding.mustPass);
  const mustPassMet = mustPass.filter((finding) => !bad(finding));
  const waived = judged.filter((finding) => bad(finding) && !finding.mustPass && finding.waiver !== undefined);
  const open = judged.filter((finding) => bad(finding) && (finding.mustPass || finding.waiver === undefined));
  const conclusion = run !== 'done' || open.length > 0 || judged.length === 0 ? 'failed' : waived.length > 0 ? 'conditional' : 'passed';
  return {
    conclusion,
    total: judged.length,
    passed: judged.filter((finding) => finding.status === 'passed').length,
    mustPass: mustPass.length,
    mustPassMet: mustPassMet.length,
    waived: waived.length,
    open: open.length,
    warnings: judged.filter((finding) => finding.status === 'warning').length,
  };
}
