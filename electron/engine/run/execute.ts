import { asSitewrightError, type ErrorView } from '../../contract/errors.ts';
import { verbatim } from '../../contract/text.ts';
import type { Finding, RunState, WalkEvent } from '../../contract/views.ts';
import type { Audit } from '../evidence/audit.ts';
import { canonicalJson, sha256 } from '../evidence/canonical.ts';
import type { EvidenceStore } from '../evidence/evidence-store.ts';
import { maskValue } from '../evidence/mask.ts';
import type { StoredPlan } from '../plan/plan.ts';
import type { Inspection, Stage, StepContext, StepKind, StepPlan } from '../plan/step.ts';
import type { Store } from '../store/store.ts';
import type { Walk } from './walk.ts';

/** What a step gets from outside: everything of a context that does not depend on the step. */
export type ContextBase = Omit<
  StepContext,
  'progress' | 'log' | 'evidence' | 'finding' | 'checkpoint' | 'saveCheckpoint' | 'findings' | 'signal' | 'pause'
>;

export type ExecuteOptions = {
  readonly run: string;
  readonly plan: StoredPlan;
  readonly stages: readonly Stage[];
  readonly walk: Walk;
  readonly store: Store;
  readonly audit: Audit;
  readonly evidence: EvidenceStore;
  readonly base: ContextBase;
  readonly signal: AbortSignal;
  /** No further step begins; see `StepContext.pause`. */
  readonly pause: AbortSignal;
  readonly emit: (event: WalkEvent) => void;
  readonly log: StepContext['log'];
  /** Keeps the working time up to now; called with each step's outcome, so that a kill loses no finished step's time. */
  readonly keepTime: () => void;
  /** Steps at work at the same time within a stage. */
  readonly parallelism?: number;
};

/**
 * Carries out a plan, stage after stage. Within a stage a step starts when what it needs is done; a failed step stops its
 * dependants, not its siblings. After each stage its gate decides. Finished steps of an earlier attempt are not repeated.
 * Never throws for a failing step: the end state says what came of it.
 */
export async function executeRun(options: ExecuteOptions): Promise<RunState> {
  for (const stage of options.plan.stages) {
    const implementation = options.stages.find((candidate) => candidate.id === stage.id);
    if (implementation === undefined) throw new Error(`no stage ${stage.id}`);
    const done = stage.steps.every((step) => options.walk.step(step.id).state === 'done');
    if (!done) await executeStage(options, implementation, stage.steps);
    const view = options.walk.stageView(stage.id);
    options.emit({ type: 'stage', stage: view });
    if (options.signal.aborted) return 'cancelled';
    if (view.steps.some((step) => step.state === 'failed')) return 'failed';
    // A gate judges whole stages only.
    const whole = view.steps.every((step) => step.state === 'done');
    if (whole && view.blockers.length > 0) return 'blocked';
    if (options.pause.aborted && !(whole && stage === options.plan.stages.at(-1))) return 'cancelled';
  }
  return 'done';
}

const stops = ({ signal, pause }: ExecuteOptions): boolean => signal.aborted || pause.aborted;

async function executeStage(options: ExecuteOptions, stage: Stage, plans: readonly StepPlan[]): Promise<void> {
  const waiting = new Set(plans.filter((plan) => options.walk.step(plan.id).state !== 'done'));
  const active = new Set<Promise<void>>();
  const limit = options.parallelism ?? 4;
  for (const plan of waiting) options.walk.update(plan.id, { state: 'pending', error: undefined });
  const stateOf = (id: string) => options.walk.step(id).state;
  try {
    while (waiting.size > 0 || active.size > 0) {
      const before = waiting.size;
      for (const plan of waiting) {
        if (active.size >= limit || stops(options)) break;
        if (plan.needs.some((need) => ['failed', 'blocked', 'cancelled'].includes(stateOf(need)))) {
          waiting.delete(plan);
          blockStep(options, plan);
          continue;
        }
        if (!plan.needs.every((need) => stateOf(need) === 'done')) continue;
        waiting.delete(plan);
        const work: Promise<void> = executeStep(options, stage, plan).finally(() => active.delete(work));
        active.add(work);
      }
      if (stops(options)) waiting.clear();
      if (active.size > 0) await Promise.race(active);
      else if (waiting.size > 0 && waiting.size === before) throw new Error(`stage ${stage.id} is stuck`);
    }
  } finally {
    // Where the store itself fails, nothing may go on behind the back of a run that has ended.
    await Promise.allSettled(active);
  }
}

/** A step that cannot start because of what it needs. It is recorded, so that the journal knows its state. */
function blockStep({ store, audit, walk, run, base }: ExecuteOptions, plan: StepPlan): void {
  store.transaction(() => {
    store.runs.endStep(run, plan.id, 'blocked', base.now().toISOString(), { already: false });
    audit.append('outcome', plan.id, {
      run,
      state: 'blocked',
      findings: findingsDigest(store.findings.ofStep(run, plan.id)),
      evidence: {},
    });
  });
  walk.update(plan.id, { state: 'blocked' });
}

async function executeStep(options: ExecuteOptions, stage: Stage, plan: StepPlan): Promise<void> {
  const { store, audit, walk, run } = options;
  const kind = stage.steps[plan.kind];
  if (kind === undefined) throw new Error(`stage ${stage.id} has no step kind ${plan.kind}`);
  const startedAt = options.base.now().toISOString();
  store.transaction(() => {
    store.runs.startStep(run, plan.id, startedAt);
    audit.append('intent', plan.id, { run, target: plan.target, mutates: plan.mutates });
  });
  const attempts = walk.step(plan.id).attempts + 1;
  walk.update(plan.id, { state: 'running', attempts, startedAt, finishedAt: undefined, error: undefined });
  const recorder = recorderOf(options, plan);
  try {
    const { satisfied: already, found } = await carryOut(kind, recorder.context, plan, () => {
      audit.append('apply', plan.id, { run });
    });
    options.signal.throwIfAborted();
    const finishedAt = options.base.now().toISOString();
    store.transaction(() => {
      options.keepTime();
      store.runs.endStep(run, plan.id, 'done', finishedAt, { already });
      audit.append('outcome', plan.id, {
        run,
        state: 'done',
        already,
        ...(found !== undefined && { found }),
        findings: recorder.findingsDigest(),
        evidence: recorder.evidence(),
      });
    });
    walk.update(plan.id, { state: 'done', already, progress: 1, finishedAt, note: undefined });
  } catch (thrown) {
    const paused = options.pause.aborted && asSitewrightError(thrown).code === 'paused';
    const cancelled = options.signal.aborted || paused;
    const error = maskedError(
      asSitewrightError(options.signal.aborted ? options.signal.reason : thrown).view(),
      options.base.vault.mask,
    );
    const state = cancelled ? 'cancelled' : 'failed';
    const finishedAt = options.base.now().toISOString();
    store.transaction(() => {
      options.keepTime();
      store.runs.endStep(run, plan.id, state, finishedAt, { already: false, error });
      audit.append('outcome', plan.id, {
        run,
        state,
        error: error.code,
        findings: recorder.findingsDigest(),
        evidence: recorder.evidence(),
      });
    });
    walk.update(plan.id, { state, finishedAt, error, note: undefined });
    if (!cancelled) {
      options.log('error', plan.target, error.message);
      if (error.detail !== undefined) options.log('error', plan.target, verbatim(error.detail));
      if (error.code === 'internal' && thrown instanceof Error)
        options.log('debug', plan.target, verbatim(thrown.stack ?? ''));
    }
  }
}

/** Inspect, apply what differs, verify. Returns what was there before. */
async function carryOut(
  kind: StepKind,
  context: StepContext,
  plan: StepPlan,
  applying: () => void,
): Promise<Inspection> {
  const inspection = await kind.inspect?.(context, plan.input);
  if (inspection?.satisfied !== true && kind.apply !== undefined) {
    context.signal.throwIfAborted();
    applying();
    await kind.apply(context, plan.input);
  }
  context.signal.throwIfAborted();
  await kind.verify?.(context, plan.input);
  return inspection ?? { satisfied: false };
}

/** The part of the context that records what one step found and where it stands. */
function recorderOf(options: ExecuteOptions, plan: StepPlan) {
  const { store, run, base } = options;
  const evidence = new Map<string, string>();
  store.findings.clear(run, plan.id);
  const row = store.runs.steps(run).find((candidate) => candidate.id === plan.id);
  let checkpoint = row?.checkpoint;
  const context: StepContext = {
    ...base,
    signal: options.signal,
    pause: options.pause,
    progress: (done, total, unit, note, details) => {
      options.walk.advance(plan.id, {
        progress: total > 0 ? Math.min(0.99, done / total) : 0,
        ...(unit && { transfer: { done, total, unit, ...details } }),
        ...(note && { note: maskValue(note, base.vault.mask) }),
      });
    },
    log: options.log,
    evidence: (title, mediaType, content) => {
      const stored = options.evidence.add({
        run,
        step: plan.id,
        title,
        mediaType,
        content,
        at: base.now().toISOString(),
      });
      evidence.set(stored.id, stored.sha256);
      return stored.id;
    },
    finding: (draft) => {
      const finding: Finding = {
        ...maskedFinding(draft, base.vault.mask),
        stage: plan.stage,
        at: base.now().toISOString(),
      };
      store.findings.put(run, plan.id, finding);
      options.emit({ type: 'finding', finding });
    },
    checkpoint: () => checkpoint,
    saveCheckpoint: (state) => {
      checkpoint = state;
      store.runs.saveCheckpoint(run, plan.id, state);
    },
    findings: () => store.findings.list(run).map((stored) => stored.finding),
  };
  return {
    context,
    evidence: () => Object.fromEntries(evidence),
    /** What an outcome row vouches for: the verdicts as they stand in the store. */
    findingsDigest: () => findingsDigest(store.findings.ofStep(run, plan.id)),
  };
}

/** SHA-256 over a step's verdicts; the audit's outcome row carries it, `journal verify` compares. */
export function findingsDigest(findings: readonly Finding[]): string {
  return sha256(
    canonicalJson([...findings].sort((a, b) => (`${a.check}\n${a.subject}` < `${b.check}\n${b.subject}` ? -1 : 1))),
  );
}

/** Masks what a finding says; what it is about stays, whatever the secrets are. */
function maskedFinding<F extends Omit<Finding, 'stage' | 'at'>>(draft: F, mask: (words: string) => string): F {
  const { check, subject, category, clause, qualification, status, evidence } = draft;
  return { ...maskValue(draft, mask), check, subject, category, clause, qualification, status, evidence };
}

/** Masks what an error says; its code stays. */
export function maskedError(view: ErrorView, mask: (words: string) => string): ErrorView {
  return { ...maskValue(view, mask), code: view.code };
}
