import type { Waiver } from '../../contract/site.ts';
import type { Finding, JudgedFinding } from '../../contract/views.ts';

/**
 * The gate: which findings stop the walk, and which waivers count. Pure; the one place that decides for the wizard,
 * the command line, the contract and the report.
 *
 *   status           must pass   otherwise
 *   failed, error    blocks      blocks unless waived
 *   everything else  open        open
 */
const blockingStatuses: ReadonlySet<Finding['status']> = new Set(['failed', 'error']);
const waivableStatuses: ReadonlySet<Finding['status']> = new Set(['failed', 'error', 'warning']);

/** Lays the waivers that count on `today` (`YYYY-MM-DD`) over the findings. The raw status stays as it is. */
export function judgeFindings(
  findings: readonly Finding[],
  waivers: readonly Waiver[],
  today: string,
): JudgedFinding[] {
  return findings.map((finding) => {
    if (finding.mustPass || !waivableStatuses.has(finding.status)) return { ...finding };
    const waiver = waivers.filter((one) => !isExpired(one, today) && covers(one, finding)).sort(lastingLongest)[0];
    if (waiver === undefined) return { ...finding };
    const { id, reason, approver, expires } = waiver;
    return { ...finding, waiver: { id, reason, approver, expires } };
  });
}

/** What stops the walk, worst first: must-pass before the others, failed before could-not-be-found-out. */
export function blockersOf(findings: readonly JudgedFinding[]): Finding[] {
  return findings
    .filter((finding) => blockingStatuses.has(finding.status) && (finding.mustPass || finding.waiver === undefined))
    .sort((one, other) => rank(one) - rank(other))
    .map(({ waiver: _, ...finding }) => finding);
}

/** Where each waiver stands today, for the report. */
export type WaiverAudit = {
  /** Waivers that lie over at least one finding, with those findings. */
  readonly used: readonly { readonly waiver: Waiver; readonly findings: readonly Finding[] }[];
  /** Still valid, but no finding needs them. */
  readonly unused: readonly Waiver[];
  /** Past their last day: the raw status counts again. */
  readonly expired: readonly Waiver[];
  /** Name a check that must pass: they never count. */
  readonly refused: readonly Waiver[];
};

/** Sorts the waivers into used, unused, expired and refused; every waiver is in exactly one list. */
export function auditWaivers(findings: readonly Finding[], waivers: readonly Waiver[], today: string): WaiverAudit {
  const used: { waiver: Waiver; findings: Finding[] }[] = [];
  const unused: Waiver[] = [];
  const expired: Waiver[] = [];
  const refused: Waiver[] = [];
  for (const waiver of waivers) {
    const covered = findings.filter((finding) => covers(waiver, finding));
    const needing = covered.filter((finding) => !finding.mustPass && waivableStatuses.has(finding.status));
    if (isExpired(waiver, today)) expired.push(waiver);
    else if (covered.some((finding) => finding.mustPass)) refused.push(waiver);
    else if (needing.length > 0) used.push({ waiver, findings: needing });
    else unused.push(waiver);
  }
  return { used, unused, expired, refused };
}

/** The day named by `expires` is the last one that counts. */
export function isExpired(waiver: Waiver, today: string): boolean {
  return waiver.expires < today;
}

function covers(waiver: Waiver, finding: Finding): boolean {
  return waiver.check === finding.check && (waiver.subjects.length === 0 || waiver.subjects.includes(finding.subject));
}

function lastingLongest(one: Waiver, other: Waiver): number {
  return other.expires.localeCompare(one.expires) || one.id.localeCompare(other.id);
}

function rank(finding: Finding): number {
  return (finding.mustPass ? 0 : 2) + (finding.status === 'failed' ? 0 : 1);
}
