import { text } from '../../contract/text.ts';
import { SitewrightError } from '../../contract/errors.ts';
import type { AuditVerdict } from '../../contract/views.ts';
import { listAudit, verifyAudit } from '../evidence/audit.ts';
import type { OpenSite } from '../site/open-site.ts';
import { findingsDigest } from './execute.ts';

type Outcome = { readonly state?: string; readonly run?: string; readonly findings?: string; readonly evidence?: Record<string, string> };

/**
 * Proves the audit chain, and that what it vouches for still stands: verdicts, step states and evidence files.
 * `head` is a head known from elsewhere, as a report prints it. Error: run-not-found when the site was never unlocked.
 */
export function verifyJournal(opened: OpenSite, head?: string): AuditVerdict {
  const key = opened.auditKey();
  if (key === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
  const verdict = verifyAudit(opened.store.database, key, head);
  const problems = [...verdict.problems];
  const newest = new Map<string, { seq: number; outcome: Outcome }>();
  const vouched = new Map<string, { seq: number; sha256: string }>();
  for (const row of listAudit(opened.store.database)) {
    if (row.kind !== 'outcome' && row.kind !== 'intent') continue;
    const outcome = parsed(row.body);
    newest.set(`${outcome.run}\n${row.subject}`, { seq: row.seq, outcome: row.kind === 'outcome' ? outcome : {} });
    for (const [id, sha256] of Object.entries(outcome.evidence ?? {})) vouched.set(id, { seq: row.seq, sha256 });
  }
  for (const [subject, { seq, outcome }] of newest) {
    const [run, step] = subject.split('\n') as [string, string];
    if (outcome.findings === undefined) continue;
    if (findingsDigest(opened.store.findings.ofStep(run, step)) !== outcome.findings) {
      problems.push({ seq, problem: text('run.audit.findings', { step }) });
    }
    const state = opened.store.runs.steps(run).find((row) => row.id === step)?.state;
    if (state !== outcome.state && state !== 'pending') problems.push({ seq, problem: text('run.audit.step', { step }) });
  }
  const files = new Map(opened.evidence.list().map((view) => [view.id, view.sha256]));
  const damaged = new Set(opened.evidence.damaged());
  for (const [id, { seq, sha256 }] of vouched) {
    if (files.get(id) !== sha256 || damaged.has(id)) problems.push({ seq, problem: text('run.audit.evidence', { id }) });
  }
  return { ...verdict, intact: problems.length === 0, problems };
}

function parsed(body: string): Outcome {
  try {
    return JSON.parse(body) as Outcome;
  } catch {
    return {};
  }
}
