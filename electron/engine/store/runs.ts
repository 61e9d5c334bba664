import type { ErrorView } from '../../contract/errors.ts';
import type { RunState, StepState } from '../../contract/views.ts';
import type { StoredPlan } from '../plan/plan.ts';
import type { Json } from '../plan/step.ts';
import type { SiteDatabase } from './database.ts';

export type RunRow = {
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string | undefined;
  readonly state: RunState;
  readonly plan: StoredPlan;
  readonly operator: string;
  /** Time during which an engine worked on it, in ms; pauses and kills do not count. */
  readonly activeMs: number;
  /** The largest share done that was ever shown, 0 to 1. */
  readonly progress: number;
  readonly error: ErrorView | undefined;
  /** When a person gave it up for good, ISO 8601 UTC; such a run is cancelled and is never resumed. */
  readonly abandonedAt: string | undefined;
};

export type StepRow = {
  readonly id: string;
  readonly state: StepState;
  readonly already: boolean;
  readonly attempts: number;
  readonly checkpoint: Json | undefined;
  readonly error: ErrorView | undefined;
  readonly startedAt: string | undefined;
  readonly finishedAt: string | undefined;
};

/** Runs and their steps. A step is a row before it starts. */
export type Runs = {
  readonly create: (run: { id: string; startedAt: string; operator: string; plan: StoredPlan }) => void;
  readonly last: () => RunRow | undefined;
  /** Every run of the site, oldest first. */
  readonly list: () => readonly RunRow[];
  readonly setState: (id: string, state: RunState, finishedAt?: string, error?: ErrorView) => void;
  /** Cancels the run for good. */
  readonly abandon: (id: string, at: string) => void;
  /** Adds working time and keeps how far the run has come; a smaller share than before changes nothing. */
  readonly addActive: (id: string, milliseconds: number, progress: number) => void;
  readonly steps: (run: string) => readonly StepRow[];
  readonly startStep: (run: string, step: string, at: string) => void;
  readonly endStep: (
    run: string,
    step: string,
    state: StepState,
    at: string,
    end: { already: boolean; error?: ErrorView | undefined },
  ) => void;
  readonly resetStep: (run: string, step: string) => void;
  readonly saveCheckpoint: (run: string, step: string, checkpoint: Json) => void;
};

export function createRuns(database: SiteDatabase): Runs {
  const statements = {
    insertRun: database.prepare(
      'INSERT INTO run (id, started_at, state, plan_digest, plan, operator) VALUES (?, ?, ?, ?, ?, ?)',
    ),
    insertStep: database.prepare("INSERT INTO step (run, id, state) VALUES (?, ?, 'pending')"),
    last: database.prepare('SELECT * FROM run ORDER BY started_at DESC, rowid DESC LIMIT 1'),
    setState: database.prepare('UPDATE run SET state = ?, finished_at = ?, error = ? WHERE id = ?'),
    abandon: database.prepare(
      "UPDATE run SET state = 'cancelled', finished_at = coalesce(finished_at, @at), abandoned_at = @at WHERE id = @id",
    ),
    list: database.prepare('SELECT * FROM run ORDER BY started_at, rowid'),
    addActive: database.prepare('UPDATE run SET active_ms = active_ms + ?, progress = max(progress, ?) WHERE id = ?'),
    steps: database.prepare('SELECT * FROM step WHERE run = ?'),
    startStep: database.prepare(
      "UPDATE step SET state = 'running', attempts = attempts + 1, started_at = ?, finished_at = NULL, error = NULL WHERE run = ? AND id = ?",
    ),
    endStep: database.prepare(
      'UPDATE step SET state = ?, finished_at = ?, already = ?, error = ? WHERE run = ? AND id = ?',
    ),
    resetStep: database.prepare(
      "UPDATE step SET state = 'pending', error = NULL, finished_at = NULL WHERE run = ? AND id = ?",
    ),
    checkpoint: database.prepare('UPDATE step SET checkpoint = ? WHERE run = ? AND id = ?'),
  };
  const create = database.transaction((run: { id: string; startedAt: string; operator: string; plan: StoredPlan }) => {
    statements.insertRun.run(run.id, run.startedAt, 'running', run.plan.digest, JSON.stringify(run.plan), run.operator);
    for (const stage of run.plan.stages) for (const step of stage.steps) statements.insertStep.run(run.id, step.id);
  });
  return {
    create,
    last: () => {
      const row = statements.last.get() as Row | undefined;
      return row === undefined ? undefined : runOf(row);
    },
    list: () => (statements.list.all() as Row[]).map(runOf),
    setState: (id, state, finishedAt, error) => {
      statements.setState.run(state, finishedAt ?? null, error === undefined ? null : JSON.stringify(error), id);
    },
    abandon: (id, at) => void statements.abandon.run({ id, at }),
    addActive: (id, milliseconds, progress) => void statements.addActive.run(Math.round(milliseconds), progress, id),
    steps: (run) =>
      (statements.steps.all(run) as Row[]).map((row) => ({
        id: String(row.id),
        state: row.state as StepState,
        already: row.already === 1,
        attempts: Number(row.attempts),
        checkpoint: parsed<Json>(row.checkpoint),
        error: parsed<ErrorView>(row.error),
        startedAt: optional(row.started_at),
        finishedAt: optional(row.finished_at),
      })),
    startStep: (run, step, at) => void statements.startStep.run(at, run, step),
    endStep: (run, step, state, at, end) => {
      const error = end.error === undefined ? null : JSON.stringify(end.error);
      statements.endStep.run(state, at, end.already ? 1 : 0, error, run, step);
    },
    resetStep: (run, step) => void statements.resetStep.run(run, step),
    saveCheckpoint: (run, step, checkpoint) => void statements.checkpoint.run(JSON.stringify(checkpoint), run, step),
  };
}

type Row = Readonly<Record<string, string | number | null>>;

function runOf(row: Row): RunRow {
  return {
    id: String(row.id),
    startedAt: String(row.started_at),
    finishedAt: optional(row.finished_at),
    state: row.state as RunState,
    plan: JSON.parse(String(row.plan)) as StoredPlan,
    operator: String(row.operator),
    activeMs: Number(row.active_ms),
    progress: Number(row.progress),
    error: parsed<ErrorView>(row.error),
    abandonedAt: optional(row.abandoned_at),
  };
}

function optional(value: string | number | null | undefined): string | undefined {
  return value === null || value === undefined ? undefined : String(value);
}

function parsed<T>(value: string | number | null | undefined): T | undefined {
  return typeof value === 'string' ? (JSON.parse(value) as T) : undefined;
}
