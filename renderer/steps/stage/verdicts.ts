import type { FindingStatus, JudgedFinding } from '../../../electron/contract/views.ts';

/** How a finding counts on the pages: its raw status, or waived. */
export type Shown = FindingStatus | 'waived';

/** Worst first. */
export const order: readonly Shown[] = ['failed', 'error', 'warning', 'waived', 'skipped', 'not-applicable', 'passed'];

export function shownAs(finding: JudgedFinding): Shown {
  return finding.waiver !== undefined && finding.status !== 'passed' ? 'waived' : finding.status;
}

export const keyOf = (finding: JudgedFinding): string => `${finding.check} ${finding.subject}`;

/** Whether someone should look at it. */
export function isOpen(finding: JudgedFinding): boolean {
  const shown = shownAs(finding);
  return shown === 'failed' || shown === 'error' || shown === 'warning';
}

export function isFailing(finding: JudgedFinding): boolean {
  const shown = shownAs(finding);
  return shown === 'failed' || shown === 'error';
}

export function countsOf(findings: readonly JudgedFinding[]): Readonly<Record<Shown, number>> {
  const counts: Record<Shown, number> = {
    passed: 0,
    warning: 0,
    failed: 0,
    error: 0,
    'not-applicable': 0,
    skipped: 0,
    waived: 0,
  };
  for (const finding of findings) counts[shownAs(finding)] += 1;
  return counts;
}

/** The worst of some findings; undefined of none. */
export function worstOf(findings: readonly JudgedFinding[]): Shown | undefined {
  const counts = countsOf(findings);
  return order.find((shown) => counts[shown] > 0);
}

export type Group = { readonly subject: string; readonly findings: readonly JudgedFinding[] };

/** By host or endpoint; the group with the worst finding first, inside it the worst first. */
export function grouped(findings: readonly JudgedFinding[]): readonly Group[] {
  const rank = new Map(order.map((shown, at) => [shown, at]));
  const of = (finding: JudgedFinding) => rank.get(shownAs(finding))! - (finding.mustPass ? 0.5 : 0);
  const bySubject = new Map<string, JudgedFinding[]>();
  for (const finding of findings) {
    const list = bySubject.get(finding.subject);
    if (list === undefined) bySubject.set(finding.subject, [finding]);
    else list.push(finding);
  }
  return [...bySubject]
    .map(([subject, list]) => ({
      subject,
      findings: list.sort((one, other) => of(one) - of(other) || (one.check < other.check ? -1 : 1)),
    }))
    .sort((one, other) => of(one.findings[0]!) - of(other.findings[0]!) || (one.subject < other.subject ? -1 : 1));
}
