import { randomUUID } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import type { Waiver } from '../../contract/site.ts';
import { text } from '../../contract/text.ts';
import type { Finding } from '../../contract/views.ts';
import { isExpired } from '../checks/gate.ts';
import { canonicalJson, sha256 } from '../evidence/canonical.ts';
import { maskValue } from '../evidence/mask.ts';
import { lockSite } from '../site/lock.ts';
import type { OpenSite } from '../site/open-site.ts';
import { refuseAbandoned, withReadingNeeds } from './session.ts';

/** Records a waiver. Errors: waiver-must-pass, waiver-expired; nothing is recorded then. */
export function addWaiver(
  opened: OpenSite,
  draft: Omit<Waiver, 'id' | 'created'>,
  findings: readonly Finding[],
  today: string,
  now: Date,
): Waiver {
  const covered = findings.filter((finding) => finding.check === draft.check);
  if (covered.some((finding) => finding.mustPass))
    throw new SitewrightError('waiver-must-pass', { check: draft.check });
  const { vault, audit } = opened.unlocked();
  const { reason, approver } = maskValue({ reason: draft.reason, approver: draft.approver }, vault.mask);
  const waiver: Waiver = {
    ...draft,
    reason,
    approver,
    id: `W-${randomUUID().slice(0, 8)}`,
    created: now.toISOString(),
  };
  if (isExpired(waiver, today))
    throw new SitewrightError('waiver-expired', { check: draft.check, expires: draft.expires });
  opened.store.transaction(() => {
    opened.store.waivers.put(waiver);
    audit.append('waiver', waiver.id, { event: 'added', sha256: waiverDigest(waiver), ...waiver });
  });
  return waiver;
}

/** What the journal vouches for; `journal verify` compares. */
export function waiverDigest(waiver: Waiver): string {
  return sha256(canonicalJson(waiver));
}

export function removeWaiver(opened: OpenSite, id: string): boolean {
  return opened.store.transaction(() => {
    const removed = opened.store.waivers.remove(id);
    if (removed) opened.unlocked().audit.append('waiver', id, { event: 'removed' });
    return removed;
  });
}

/**
 * Gives the last run up: it is cancelled for good, and the next walk is a new one. What it did on the hosts stays there.
 * Errors: run-not-found, run-not-resumable when it is done or was given up before, site-busy while it is at work.
 */
export function abandonRun(opened: OpenSite, now: Date): void {
  const unlock = lockSite(opened.folder.path, opened.name);
  try {
    const run = opened.store.runs.last();
    if (run === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
    if (run.state === 'done')
      throw new SitewrightError('run-not-resumable', { site: opened.name, state: text('run.state.done') });
    refuseAbandoned(opened, run);
    const { audit } = opened.unlocked();
    opened.store.transaction(() => {
      opened.store.runs.abandon(run.id, now.toISOString());
      audit.append('run', run.id, { event: 'abandoned', from: run.state, state: 'cancelled' });
    });
  } finally {
    unlock();
  }
}

/**
 * Marks the steps behind the named checks (every failed or unknown one when none is named) as not done, with the reading
 * steps they build on, so that the next resume judges them again. Errors: run-not-found, run-not-resumable when it was
 * given up, check-unknown, site-busy while the run is at work.
 */
export function forgetVerdicts(opened: OpenSite, checks: readonly string[]): readonly string[] {
  const unlock = lockSite(opened.folder.path, opened.name);
  try {
    return forget(opened, checks);
  } finally {
    unlock();
  }
}

function forget(opened: OpenSite, checks: readonly string[]): readonly string[] {
  const run = opened.store.runs.last();
  if (run === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
  refuseAbandoned(opened, run);
  const stored = opened.store.findings.list(run.id);
  const unknown = checks.find((check) => !stored.some((entry) => entry.finding.check === check));
  if (unknown !== undefined) throw new SitewrightError('check-unknown', { check: unknown });
  const chosen = stored.filter(({ finding }) =>
    checks.length > 0 ? checks.includes(finding.check) : finding.status === 'failed' || finding.status === 'error',
  );
  const steps = withReadingNeeds(run.plan, new Set(chosen.map((entry) => entry.step)));
  opened.store.transaction(() => {
    for (const step of steps) opened.store.runs.resetStep(run.id, step);
    // A finished run becomes resumable again: something of it is to be judged once more.
    if (steps.length > 0 && run.state === 'done') opened.store.runs.setState(run.id, 'blocked', run.finishedAt);
    opened.unlocked().audit.append('run', run.id, { event: 'check-again', steps: [...steps] });
  });
  return steps;
}
