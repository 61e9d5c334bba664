import { createPublicKey } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import type { AuditVerdict, StepState } from '../../contract/views.ts';
import { listAudit, verifyAudit } from '../evidence/audit.ts';
import { planDigest } from '../plan/plan.ts';
import type { OpenSite } from '../site/open-site.ts';
import type { RunRow } from '../store/runs.ts';
import { waiverDigest } from './decisions.ts';
import { findingsDigest } from './execute.ts';

type Problem = { seq: number; problem: Text };

/** The fields of the journal's rows that vouch for something outside of the journal. */
type Body = {
  readonly run?: string;
  readonly state?: string;
  readonly findings?: string;
  readonly evidence?: Readonly<Record<string, string>>;
  readonly event?: string;
  readonly plan?: string;
  readonly sha256?: string;
};
type Entry = { readonly seq: number; readonly kind: string; readonly body: Body };

/** What the journal says last of each thing, and the plan that each run was started with. */
type Recorded = {
  readonly steps: ReadonlyMap<string, Entry>;
  readonly runs: ReadonlyMap<string, Entry>;
  readonly plans: ReadonlyMap<string, string>;
  readonly waivers: ReadonlyMap<string, Entry>;
  readonly evidence: ReadonlyMap<string, { readonly seq: number; readonly sha256: string }>;
};

/**
 * Proves the audit chain, and that what it vouches for still stands: plans, states of runs and steps, verdicts, waivers and
 * evidence files; nothing may be there that it never recorded. `head` is a head known from elsewhere, as a report prints it.
 * Errors: run-not-found when the site was never unlocked, journal-damaged when its public key is none.
 */
export function verifyJournal(opened: OpenSite, head?: string): AuditVerdict {
  const key = opened.auditKey();
  if (key === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
  assertKey(opened.name, key);
  const verdict = verifyAudit(opened.store.database, key, head);
  const recorded = readRecorded(opened);
  const problems = [
    ...verdict.problems,
    ...opened.store.runs
      .list()
      .flatMap((run) => [...runProblems(run, recorded), ...stepProblems(opened, run.id, recorded)]),
    ...waiverProblems(opened, recorded),
    ...evidenceProblems(opened, recorded),
  ];
  return { ...verdict, intact: problems.length === 0, problems };
}

function assertKey(site: string, key: string): void {
  try {
    createPublicKey(key);
  } catch (error) {
    throw new SitewrightError('journal-damaged', { site, problem: text('run.audit.signature') }, { cause: error });
  }
}

function readRecorded(opened: OpenSite): Recorded {
  const steps = new Map<string, Entry>();
  const runs = new Map<string, Entry>();
  const plans = new Map<string, string>();
  const waivers = new Map<string, Entry>();
  const evidence = new Map<string, { seq: number; sha256: string }>();
  for (const { seq, kind, subject, body: written } of listAudit(opened.store.database)) {
    const body = parsed(written);
    const entry = { seq, kind, body };
    if (kind === 'intent' || kind === 'outcome') steps.set(stepKey(body.run ?? '', subject), entry);
    if (kind === 'run') runs.set(subject, entry);
    if (kind === 'run' && body.plan !== undefined) plans.set(subject, body.plan);
    if (kind === 'waiver') waivers.set(subject, entry);
    for (const [id, sha256] of Object.entries(body.evidence ?? {})) evidence.set(id, { seq, sha256 });
  }
  return { steps, runs, plans, waivers, evidence };
}

function runProblems(run: RunRow, { runs, plans }: Recorded): readonly Problem[] {
  const last = runs.get(run.id);
  const seq = last?.seq ?? 0;
  const problems: Problem[] = [];
  if (planDigest(run.plan) !== plans.get(run.id))
    problems.push({ seq, problem: text('run.audit.plan', { run: run.id }) });
  const { event, state } = last?.body ?? {};
  const right =
    (run.abandonedAt !== undefined) === (event === 'abandoned') &&
    (event === 'ended' || event === 'abandoned'
      ? run.state === state
      : event === 'check-again'
        ? run.state !== 'done'
        : event !== undefined && run.state === 'running');
  if (!right) problems.push({ seq, problem: text('run.audit.run', { run: run.id }) });
  return problems;
}

function stepProblems(opened: OpenSite, run: string, { steps }: Recorded): readonly Problem[] {
  const problems: Problem[] = [];
  const states = new Map(opened.store.runs.steps(run).map((row) => [row.id, row.state]));
  for (const step of new Set([...states.keys(), ...opened.store.findings.steps(run)])) {
    const state = states.get(step);
    const last = steps.get(stepKey(run, step));
    const found = opened.store.findings.ofStep(run, step);
    if (last === undefined) {
      if (state !== 'pending' || found.length > 0)
        problems.push({ seq: 0, problem: text('run.audit.unrecorded', { step }) });
      continue;
    }
    const { seq, kind, body } = last;
    // A step that was begun and never ended was cut off; one that is to be carried out once more is pending.
    const allowed: readonly (StepState | string | undefined)[] = [
      'pending',
      kind === 'intent' ? 'running' : body.state,
    ];
    if (!allowed.includes(state)) problems.push({ seq, problem: text('run.audit.step', { step }) });
    if (kind === 'outcome' && findingsDigest(found) !== body.findings)
      problems.push({ seq, problem: text('run.audit.findings', { step }) });
  }
  // Steps that the journal knows and the store does not.
  for (const [known, { seq, body }] of steps) {
    const step = known.slice(run.length + 1);
    if (body.run === run && !states.has(step)) problems.push({ seq, problem: text('run.audit.step', { step }) });
  }
  return problems;
}

function waiverProblems(opened: OpenSite, { waivers }: Recorded): readonly Problem[] {
  const stored = new Map(opened.store.waivers.list().map((waiver) => [waiver.id, waiverDigest(waiver)]));
  return [...new Set([...stored.keys(), ...waivers.keys()])].flatMap((id) => {
    const last = waivers.get(id);
    const wanted = last?.body.event === 'added' ? last.body.sha256 : undefined;
    return stored.get(id) === wanted ? [] : [{ seq: last?.seq ?? 0, problem: text('run.audit.waiver', { id }) }];
  });
}

function evidenceProblems(opened: OpenSite, { evidence }: Recorded): readonly Problem[] {
  const files = new Map(opened.evidence.list().map((view) => [view.id, view.sha256]));
  const damaged = new Set(opened.evidence.damaged());
  return [...evidence].flatMap(([id, { seq, sha256 }]) =>
    files.get(id) === sha256 && !damaged.has(id) ? [] : [{ seq, problem: text('run.audit.evidence', { id }) }],
  );
}

function stepKey(run: string, step: string): string {
  return `${run}\n${step}`;
}

function parsed(body: string): Body {
  try {
    return JSON.parse(body) as Body;
  } catch {
    return {};
  }
}
