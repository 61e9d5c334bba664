import { randomUUID } from 'node:crypto';
import { type ErrorView, errorView, SitewrightError } from '../../contract/errors.ts';
import { text, verbatim } from '../../contract/text.ts';
import type { Finding, RunState, WalkEvent } from '../../contract/views.ts';
import type { ReleaseBundle } from '../bundle/bundle.ts';
import { blockersOf, judgeFindings } from '../checks/gate.ts';
import { openDrivers } from '../drivers/open.ts';
import type { ScriptSource } from '../drivers/ssh/scripts.ts';
import { maskValue } from '../evidence/mask.ts';
import type { StoredPlan } from '../plan/plan.ts';
import type { Stage } from '../plan/step.ts';
import { isSiteLocked, lockSite } from '../site/lock.ts';
import type { OpenSite } from '../site/open-site.ts';
import { siteToday } from '../site/site-time.ts';
import type { RunRow } from '../store/runs.ts';
import { executeRun, maskedError } from './execute.ts';
import { createWalk, type Gate, type Walk } from './walk.ts';

/** How often the working time is kept beside the steps' outcomes, so that a kill loses little of a long step. */
const activeTickMs = 2000;

/** Where another process leaves the wish to cancel or to pause: the id of the run. */
const wishes = { cancel: 'cancel', pause: 'pause' } as const;
type Wish = keyof typeof wishes;

/** Cancels or pauses a run that another process carries out; it looks every two seconds. */
export function wishElsewhere(opened: OpenSite, wish: Wish): void {
  const run = opened.store.runs.last();
  if (run?.state === 'running') opened.store.meta.set(wishes[wish], run.id);
}

/** A run at work in this process. */
export type Session = {
  readonly walk: Walk;
  /** Ends when the run has ended, for whatever reason; never rejects. */
  readonly ended: Promise<RunState>;
  readonly cancel: () => void;
  /** Ends it where nothing has to be done again: what is at work is finished, a transfer stops between two requests. */
  readonly pause: () => void;
  /** Adds a listener; returns how to take it away. */
  readonly listen: (listener: (event: WalkEvent) => void) => () => void;
};

/** The gate of a site today: the one function that decides for every face. */
export function gateOf(opened: OpenSite, now: () => Date): Gate {
  return (_stage, findings) => {
    const judged = judgeFindings(findings, opened.store.waivers.list(), siteToday(opened.site(), now()));
    const blockers = blockersOf(judged).map((finding) =>
      text(finding.mustPass ? 'run.blocker.must-pass' : 'run.blocker', {
        title: finding.title,
        subject: finding.subject,
        status: text(`run.status.${finding.status}`),
        expected: finding.expected,
        actual: finding.actual,
      }),
    );
    return { judged, blockers };
  };
}

/** The walk of a site's last run as it stands in the store; a run whose engine is gone reads `interrupted`. */
export function storedWalk(opened: OpenSite, now: () => Date): Walk {
  const run = opened.store.runs.last();
  if (run === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
  const gone = run.state === 'running' && !isSiteLocked(opened.folder.path);
  return walkOf(opened, gone ? { ...run, state: 'interrupted' } : run, now, () => undefined);
}

/** Starts a new run of a confirmed plan. Errors: site-busy, vault-locked. */
export function startRun(options: RunOptions & { readonly plan: StoredPlan }): Session {
  const { opened, plan } = options;
  const unlock = lockSite(opened.folder.path, opened.name);
  try {
    const { audit } = opened.unlocked();
    const id = randomUUID();
    opened.logTail.clear();
    const operator = opened.site().operator;
    opened.store.transaction(() => {
      opened.store.runs.create({ id, startedAt: options.now().toISOString(), operator, plan });
      audit.append('run', id, { event: 'started', plan: plan.digest, release: plan.release.digest, operator });
    });
    return carryOn(options, opened.store.runs.last()!, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Goes on with the last run where it stopped. Errors: run-not-found, run-not-resumable, site-busy, plan-changed. */
export function resumeRun(options: RunOptions): Session {
  const { opened } = options;
  const unlock = lockSite(opened.folder.path, opened.name);
  try {
    const run = opened.store.runs.last();
    if (run === undefined) throw new SitewrightError('run-not-found', { site: opened.name });
    if (run.state === 'done')
      throw new SitewrightError('run-not-resumable', { site: opened.name, state: text('run.state.done') });
    refuseAbandoned(opened, run);
    if (run.plan.release.digest !== options.bundle.release.digest) throw new SitewrightError('plan-changed');
    const { audit } = opened.unlocked();
    opened.store.transaction(() => {
      for (const step of stepsToRepeat(opened, run, options.now)) opened.store.runs.resetStep(run.id, step);
      opened.store.runs.setState(run.id, 'running');
      audit.append('run', run.id, { event: 'resumed', from: run.state });
    });
    return carryOn(options, { ...run, state: 'running', error: undefined }, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

/** Error: run-not-resumable where a person gave the run up. */
export function refuseAbandoned(opened: OpenSite, run: RunRow): void {
  if (run.abandonedAt !== undefined)
    throw new SitewrightError('run-not-resumable', { site: opened.name, state: text('run.state.abandoned') });
}

export type RunOptions = {
  readonly opened: OpenSite;
  readonly bundle: ReleaseBundle;
  readonly stages: readonly Stage[];
  readonly scripts: ScriptSource;
  readonly now: () => Date;
};

/**
 * Done steps whose verdicts block the way are judged again, with the reading steps that they need; everything else that is
 * not done follows from the walk itself.
 */
function stepsToRepeat(opened: OpenSite, run: RunRow, now: () => Date): readonly string[] {
  const stored = opened.store.findings.list(run.id);
  const blocking = new Set(
    gateOf(opened, now)(
      'inventory',
      stored.map((entry) => entry.finding),
    ).judged.flatMap((finding, index) => (blockersOf([finding]).length > 0 ? [stored[index]!.step] : [])),
  );
  return withReadingNeeds(run.plan, blocking);
}

/** The steps and, within their stage, every reading step that they build on. */
export function withReadingNeeds(plan: StoredPlan, steps: ReadonlySet<string>): readonly string[] {
  const wanted = new Set(steps);
  for (const stage of plan.stages) {
    for (const step of [...stage.steps].reverse()) {
      if (!wanted.has(step.id)) continue;
      for (const need of step.needs) if (!stage.steps.find((other) => other.id === need)!.mutates) wanted.add(need);
    }
  }
  return [...wanted];
}

function walkOf(opened: OpenSite, run: RunRow, now: () => Date, emit: (event: WalkEvent) => void): Walk {
  return createWalk({
    run,
    plan: run.plan,
    rows: opened.store.runs.steps(run.id),
    findings: () => opened.store.findings.list(run.id).map((stored): Finding => stored.finding),
    gate: gateOf(opened, now),
    emit,
    clock: () => performance.now(),
  });
}

function carryOn(options: RunOptions, run: RunRow, unlock: () => void): Session {
  const { opened, bundle, now } = options;
  const { vault, audit, evidence, facts } = opened.unlocked();
  for (const wish of Object.values(wishes)) opened.store.meta.set(wish, '');
  const controller = new AbortController();
  const pausing = new AbortController();
  const pause = () => pausing.abort(new SitewrightError('paused'));
  const cancel = () => controller.abort(new SitewrightError('cancelled'));
  const listeners = new Set<(event: WalkEvent) => void>();
  const emit = (event: WalkEvent) => {
    for (const listener of listeners) listener(event);
  };
  const walk = walkOf(opened, run, now, emit);
  const { site } = run.plan;
  const drivers = openDrivers({
    site,
    release: bundle.release,
    vault,
    facts,
    trust: opened.store.hostKeys,
    scripts: options.scripts,
    signal: controller.signal,
  });

  const work = async (): Promise<RunState> => {
    let marked = performance.now();
    const markActive = () => {
      const mark = performance.now();
      opened.store.runs.addActive(run.id, mark - marked, walk.progress());
      marked = mark;
    };
    const ticking = setInterval(() => {
      try {
        markActive();
        if (opened.store.meta.get(wishes.cancel) === run.id) cancel();
        if (opened.store.meta.get(wishes.pause) === run.id) pause();
      } catch {
        // A store that fails shows at the next step, in order.
      }
    }, activeTickMs);
    let state: RunState = 'failed';
    let error: ErrorView | undefined;
    const fail = (thrown: unknown) => {
      state = 'failed';
      error = maskedError(errorView(thrown), vault.mask);
      opened.log('error', opened.name, error.message);
      if (thrown instanceof Error) opened.log('error', opened.name, verbatim(thrown.stack ?? ''));
    };
    try {
      state = await executeRun({
        run: run.id,
        plan: run.plan,
        stages: options.stages,
        walk,
        store: opened.store,
        audit,
        evidence,
        base: { site, release: bundle.release, bundle, vault, drivers, facts, now },
        signal: controller.signal,
        pause: pausing.signal,
        emit,
        keepTime: markActive,
        log: (level, target, words) => {
          opened.log(level, target, words);
          emit(opened.logTail.add({ at: now().toISOString(), level, target, words: maskValue(words, vault.mask) }));
        },
      });
      if (state === 'cancelled' && !controller.signal.aborted) error = errorView(pausing.signal.reason);
    } catch (thrown) {
      fail(thrown);
    }
    clearInterval(ticking);
    try {
      opened.store.transaction(() => {
        markActive();
        opened.store.runs.setState(run.id, state, now().toISOString(), error);
        audit.append('run', run.id, { event: 'ended', state });
      });
    } catch (thrown) {
      // Nothing can be written any more: the run reads as interrupted, and can be resumed.
      fail(thrown);
    }
    walk.end(state, error);
    await drivers.close();
    unlock();
    emit({ type: 'end', walk: walk.view() });
    return state;
  };

  const ended = work().catch((): RunState => 'failed');
  return {
    walk,
    ended,
    cancel,
    pause,
    listen: (listener): (() => void) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
