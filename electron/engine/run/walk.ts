import type { ErrorView } from '../../contract/errors.ts';
import type { Text } from '../../contract/text.ts';
import { changesSince, type Transfer } from '../../contract/transfers.ts';
import {
  type Finding,
  type FindingStatus,
  findingStatuses,
  type JudgedFinding,
  type RunState,
  type StageId,
  type StageView,
  type StepState,
  type StepView,
  type WalkEvent,
  type WalkView,
} from '../../contract/views.ts';
import type { StoredPlan } from '../plan/plan.ts';
import type { RunRow, StepRow } from '../store/runs.ts';
import { createNotices } from './notices.ts';

/** What a gate says of a stage: the words of everything that blocks the way on. */
export type Gate = (
  stage: StageId,
  findings: readonly Finding[],
) => { judged: readonly JudgedFinding[]; blockers: readonly Text[] };

type LiveStep = { view: StepView };
type LiveStage = { id: StageId; title: Text; steps: LiveStep[] };

/** The state of a walk as faces see it; rebuilt from the store at any time, kept live while a run goes on. Progress never goes back. */
export type Walk = {
  readonly view: () => WalkView;
  readonly stageView: (stage: StageId) => StageView;
  readonly step: (id: string) => StepView;
  /** A new state of a step; told at once and in whole. */
  readonly update: (id: string, change: Partial<StepView>) => void;
  /** How far a running step is; told a few times a second, what changed only. */
  readonly advance: (id: string, change: Pick<Partial<StepView>, 'progress' | 'note' | 'transfer'>) => void;
  readonly end: (state: RunState, error?: ErrorView) => void;
  readonly progress: () => number;
};

/** Steady enough for an ETA: at least this share done and this long at it. */
const steady = { share: 0.03, milliseconds: 3000 } as const;

export function createWalk(options: {
  run: Pick<RunRow, 'id' | 'activeMs' | 'progress' | 'state' | 'error'> & { abandonedAt?: string | undefined };
  plan: StoredPlan;
  rows: readonly StepRow[];
  findings: () => readonly Finding[];
  gate: Gate;
  emit: (event: WalkEvent) => void;
  /** Milliseconds on a clock that does not jump. */
  clock: () => number;
}): Walk {
  const rows = new Map(options.rows.map((row) => [row.id, row]));
  let started = options.clock();
  let elapsedBefore = options.run.activeMs;
  let state = options.run.state;
  let error = options.run.error;
  const stages: LiveStage[] = options.plan.stages.map((stage) => ({
    id: stage.id,
    title: stage.title,
    steps: stage.steps.map(({ kind: _kind, input: _input, ...planned }) => {
      const row = rows.get(planned.id);
      return {
        view: {
          ...planned,
          effects: [...planned.effects],
          needs: [...planned.needs],
          state: row?.state ?? 'pending',
          already: row?.already ?? false,
          attempts: row?.attempts ?? 0,
          progress: row?.state === 'done' ? 1 : 0,
          ...(row?.error && { error: row.error }),
          ...(row?.startedAt && { startedAt: row.startedAt }),
          ...(row?.finishedAt && { finishedAt: row.finishedAt }),
        },
      };
    }),
  }));
  const steps = new Map(stages.flatMap((stage) => stage.steps.map((step) => [step.view.id, step] as const)));
  const allSteps = [...steps.values()];
  const total = allSteps.reduce((sum, step) => sum + step.view.weight, 0) || 1;
  const doneWeight = () => allSteps.reduce((sum, step) => sum + step.view.weight * step.view.progress, 0);
  const initiallyDone = doneWeight();
  const running = () => state === 'running';
  const elapsedHere = () => (running() ? options.clock() - started : 0);
  let reached = options.run.progress;

  const progress = (): number => {
    reached = Math.max(reached, Math.min(1, doneWeight() / total));
    return reached;
  };

  const etaMs = (): number | undefined => {
    const here = doneWeight() - initiallyDone;
    if (!running() || here / total < steady.share || elapsedHere() < steady.milliseconds) return undefined;
    return Math.round(((total - doneWeight()) * elapsedHere()) / here);
  };

  const stageView = (id: StageId, findings = options.findings()): StageView => {
    const stage = stages.find((candidate) => candidate.id === id)!;
    const views = stage.steps.map((step) => step.view);
    const ownFindings = findings.filter((finding) => finding.stage === id);
    const gate = options.gate(id, ownFindings);
    const counts = Object.fromEntries(findingStatuses.map((status) => [status, 0])) as Record<FindingStatus, number>;
    for (const finding of ownFindings) counts[finding.status] += 1;
    const weight = views.reduce((sum, step) => sum + step.weight, 0);
    const startedAt = views
      .map((step) => step.startedAt)
      .filter((at) => at !== undefined)
      .sort()[0];
    const finishedAt = views
      .map((step) => step.finishedAt)
      .filter((at) => at !== undefined)
      .sort()
      .at(-1);
    return {
      id,
      title: stage.title,
      state: stageState(
        views.map((step) => step.state),
        running(),
        gate.blockers.length > 0,
        gate.judged.some(isWarning),
      ),
      // A stage in which there is nothing to do is never in the way.
      progress: weight === 0 ? 1 : views.reduce((sum, step) => sum + step.weight * step.progress, 0) / weight,
      steps: views,
      counts,
      blockers: [...gate.blockers],
      ...(startedAt && { startedAt }),
      ...(finishedAt && views.every((step) => step.state === 'done') && { finishedAt }),
    };
  };

  const view = (): WalkView => {
    const findings = options.findings();
    const stageViews = stages.map((stage) => stageView(stage.id, findings));
    const current = stageViews.findIndex((stage) => stage.progress < 1 || stage.state === 'failed');
    const eta = etaMs();
    return {
      site: options.plan.site.name,
      run: options.run.id,
      state,
      progress: progress(),
      elapsedMs: Math.round(elapsedBefore + elapsedHere()),
      ...(eta !== undefined && { etaMs: eta }),
      stage: current < 0 ? stages.length : current + 1,
      stageCount: stages.length,
      stages: stageViews,
      ...(error && { error }),
      ...(options.run.abandonedAt !== undefined && { abandoned: true }),
    };
  };

  const change = (id: string, { progress: wanted, ...more }: Partial<StepView>): StepView => {
    const step = steps.get(id)!;
    const reached = Math.max(step.view.progress, Math.min(1, wanted ?? step.view.progress));
    step.view = { ...step.view, ...more, progress: reached };
    return step.view;
  };
  const wholeProgress = () => {
    const eta = etaMs();
    return { progress: progress(), ...(eta !== undefined && { etaMs: eta }) };
  };
  const toldTransfers = new Map<string, Transfer | undefined>();
  const notices = createNotices((id) => {
    const { stage, progress: share, note, transfer } = steps.get(id)!.view;
    const changes = transfer && changesSince(toldTransfers.get(id), transfer);
    toldTransfers.set(id, transfer);
    const details = { ...(note && { note }), ...(changes && { transfer: changes }) };
    options.emit({ type: 'progress', stage, step: id, share, ...details, ...wholeProgress() });
  });

  return {
    view,
    stageView,
    progress,
    step: (id) => steps.get(id)!.view,
    update: (id, changed) => {
      notices.settle(id);
      const step = change(id, changed);
      toldTransfers.set(id, step.transfer);
      options.emit({ type: 'step', stage: step.stage, step, ...wholeProgress() });
    },
    advance: (id, changed) => {
      change(id, changed);
      notices.note(id);
    },
    end: (ended, endError) => {
      elapsedBefore += elapsedHere();
      started = options.clock();
      state = ended;
      error = endError;
    },
  };
}

function isWarning(finding: JudgedFinding): boolean {
  return finding.status === 'warning' || finding.waiver !== undefined;
}

function stageState(
  states: readonly StepState[],
  live: boolean,
  blocked: boolean,
  warned: boolean,
): StageView['state'] {
  if (states.some((state) => state === 'failed')) return 'failed';
  if (states.some((state) => state === 'running')) return live ? 'running' : 'interrupted';
  if (states.every((state) => state === 'done')) return blocked ? 'failed' : warned ? 'warning' : 'done';
  if (states.some((state) => state === 'cancelled')) return 'cancelled';
  if (states.some((state) => state === 'blocked')) return 'blocked';
  if (states.every((state) => state === 'pending')) return 'pending';
  return live ? 'running' : 'interrupted';
}
