import { z } from 'zod';
import type { ErrorView } from './errors.ts';
import type { Text } from './text.ts';
import { transferSchema } from './transfers.ts';

/** The walk's stages in their order. */
export const stageIds = [
  'inventory',
  'environment',
  'dependencies',
  'certificates',
  'images',
  'infrastructure',
  'services',
  'data',
  'verification',
  'acceptance',
] as const;
export const stageIdSchema = z.enum(stageIds);
export type StageId = (typeof stageIds)[number];

/** A text crosses the border as data; its shape is checked loosely, its keys by the type. */
export const textSchema: z.ZodType<Text> = z.any();
export const errorViewSchema: z.ZodType<ErrorView> = z.any();

/** The six verdicts of a check or test. `error` means that it could not be found out. */
export const findingStatuses = ['passed', 'warning', 'failed', 'error', 'not-applicable', 'skipped'] as const;
export type FindingStatus = (typeof findingStatuses)[number];

/** A fix in words, with a command to copy where one exists. */
export const fixSchema = z.object({ text: textSchema, command: z.string().optional() });
export type Fix = z.infer<typeof fixSchema>;

/** One verdict about one subject, with the figure behind it: a check's, a proof's or a test case's. */
export const findingSchema = z.object({
  /** Stable for ever: `host.cpu-count`, or a suite's case id. */
  check: z.string(),
  stage: stageIdSchema,
  /** Host or endpoint name that was judged. */
  subject: z.string(),
  title: textSchema,
  /** Grouping for people: host, os, storage, network, time, ... or health, function, performance, security. */
  category: z.string(),
  /** Clause of the requirements that it proves, e.g. `11.2 环境准备`. */
  clause: z.string(),
  /** Part of the acceptance record: IQ installation, OQ function, PQ performance, SQ security, BR backup. */
  qualification: z.enum(['IQ', 'OQ', 'PQ', 'SQ', 'BR']),
  mustPass: z.boolean(),
  status: z.enum(findingStatuses),
  expected: textSchema,
  /** The measured value; never a bare tick. */
  actual: textSchema,
  why: textSchema.optional(),
  fix: fixSchema.optional(),
  /** Ids of evidence, e.g. `E-0042`. */
  evidence: z.array(z.string()),
  /** When it was judged, ISO 8601 UTC. */
  at: z.string(),
  durationMs: z.number(),
  /** Figures worth drawing, e.g. a latency histogram; read by the report. */
  chart: z.any().optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A finding with the waiver that lies over it, if one counts today. The raw status stays visible. */
export const judgedFindingSchema = findingSchema.extend({
  waiver: z.object({ id: z.string(), reason: z.string(), approver: z.string(), expires: z.string() }).optional(),
});
export type JudgedFinding = z.infer<typeof judgedFindingSchema>;

/** One planned step as it is shown before anything is touched. */
export const plannedStepSchema = z.object({
  id: z.string(),
  stage: stageIdSchema,
  /** Host or endpoint that the step acts on. */
  target: z.string(),
  /** Each effect in words. Reading steps say what they read. */
  effects: z.array(textSchema),
  mutates: z.boolean(),
  needs: z.array(z.string()),
  /** Expected seconds, for progress and ETA. */
  weight: z.number(),
});
export type PlannedStep = z.infer<typeof plannedStepSchema>;

export const planViewSchema = z.object({
  /** SHA-256 over the plan; `walk.start` takes it as the confirmation of what was seen. */
  digest: z.string(),
  site: z.string(),
  release: z.object({ name: z.string(), version: z.string(), digest: z.string(), title: textSchema }),
  stages: z.array(z.object({ id: stageIdSchema, title: textSchema, steps: z.array(plannedStepSchema) })),
});
export type PlanView = z.infer<typeof planViewSchema>;

export const stepStates = ['pending', 'running', 'done', 'failed', 'cancelled', 'blocked'] as const;
export type StepState = (typeof stepStates)[number];
export const runStates = ['running', 'done', 'failed', 'blocked', 'cancelled', 'interrupted'] as const;
export type RunState = (typeof runStates)[number];

export const stepViewSchema = plannedStepSchema.extend({
  state: z.enum(stepStates),
  /** True when inspect found the wanted state already there, so that nothing was applied. */
  already: z.boolean(),
  attempts: z.number(),
  /** Share done, 0 to 1; never goes back. */
  progress: z.number(),
  /** Why it waits or what it does right now. */
  note: textSchema.optional(),
  transfer: transferSchema.optional(),
  error: errorViewSchema.optional(),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
});
export type StepView = z.infer<typeof stepViewSchema>;

export const stageStates = [
  'pending',
  'running',
  'done',
  'warning',
  'failed',
  'blocked',
  'cancelled',
  'interrupted',
] as const;
export const stageViewSchema = z.object({
  id: stageIdSchema,
  title: textSchema,
  state: z.enum(stageStates),
  progress: z.number(),
  steps: z.array(stepViewSchema),
  /** Findings per status. */
  counts: z.record(z.enum(findingStatuses), z.number()),
  /** What blocks the way on, in words; empty when the gate is open. */
  blockers: z.array(textSchema),
  startedAt: z.string().optional(),
  finishedAt: z.string().optional(),
});
export type StageView = z.infer<typeof stageViewSchema>;

/** The whole state of a site's walk; the truth that every face shows. */
export const walkViewSchema = z.object({
  site: z.string(),
  run: z.string(),
  state: z.enum(runStates),
  progress: z.number(),
  elapsedMs: z.number(),
  /** Milliseconds left, once the rate is steady. */
  etaMs: z.number().optional(),
  stage: z.number(),
  stageCount: z.number(),
  stages: z.array(stageViewSchema),
  error: errorViewSchema.optional(),
  /** True when a person gave it up: it stays cancelled, and the next walk is a new one. */
  abandoned: z.boolean().optional(),
});
export type WalkView = z.infer<typeof walkViewSchema>;

/** Whether a walk can go on from where it stopped. */
export function isResumable(walk: { readonly state: RunState; readonly abandoned?: boolean | undefined }): boolean {
  return walk.state !== 'running' && walk.state !== 'done' && walk.abandoned !== true;
}

export type Standing = RunState | 'paused' | 'abandoned';

/** How a walk stands in one word: its state, or what a person made of a cancelled one. */
export function standingOf(walk: Pick<WalkView, 'state' | 'abandoned' | 'error'>): Standing {
  if (walk.abandoned === true) return 'abandoned';
  return walk.state === 'cancelled' && walk.error?.code === 'paused' ? 'paused' : walk.state;
}

/** A site in a few words, with its last run. */
export const siteSummarySchema = z.object({
  name: z.string(),
  title: z.string(),
  practice: z.boolean(),
  customer: z.string(),
  /** Number of hosts in its inventory. */
  hosts: z.number(),
  /** Offset of the site's clock from UTC in minutes, for the times below. */
  utcOffsetMinutes: z.number(),
  lastRun: walkViewSchema
    .pick({ state: true, progress: true, abandoned: true, error: true, stage: true, stageCount: true })
    .extend({
      /** ISO 8601 UTC. */
      startedAt: z.string(),
      release: z.object({ title: textSchema, version: z.string() }),
      /** Folders of the bundle that it was last carried out with; empty when they are not known. */
      bundle: z.array(z.string()),
      /** The step that finished last; absent before the first. */
      lastStep: z
        .object({ stage: stageIdSchema, target: z.string(), effect: textSchema.optional(), finishedAt: z.string() })
        .optional(),
    })
    .optional(),
});
export type SiteSummary = z.infer<typeof siteSummarySchema>;

/** Where a line stands: the id of a log that an engine keeps, and the number of the line in it, from 1. */
export const logPlaceSchema = z.object({ log: z.string(), line: z.number().int().min(0) });
export type LogPlace = z.infer<typeof logPlaceSchema>;

/** What the engine tells while it works. A face takes a snapshot first, then these. */
export const walkEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('snapshot'), walk: walkViewSchema }),
  z.object({
    type: z.literal('step'),
    stage: stageIdSchema,
    step: stepViewSchema,
    progress: z.number(),
    etaMs: z.number().optional(),
  }),
  /** How far a step is, a few times a second at most; of a transfer's images only those that changed. */
  z.object({
    type: z.literal('progress'),
    stage: stageIdSchema,
    /** Id of the step. */
    step: z.string(),
    /** Share of the step that is done, 0 to 1. */
    share: z.number(),
    note: textSchema.optional(),
    transfer: transferSchema.optional(),
    progress: z.number(),
    etaMs: z.number().optional(),
  }),
  z.object({ type: z.literal('stage'), stage: stageViewSchema }),
  z.object({ type: z.literal('finding'), finding: findingSchema }),
  z.object({
    type: z.literal('log'),
    at: z.string(),
    level: z.enum(['debug', 'info', 'warn', 'error']),
    target: z.string(),
    words: textSchema,
    /** Told by the engine, to go on from there. */
    place: logPlaceSchema.optional(),
  }),
  z.object({ type: z.literal('end'), walk: walkViewSchema }),
]);
export type WalkEvent = z.infer<typeof walkEventSchema>;
export type LogEvent = Extract<WalkEvent, { type: 'log' }>;

export const evidenceViewSchema = z.object({
  id: z.string(),
  sha256: z.string(),
  title: textSchema,
  mediaType: z.string(),
  bytes: z.number(),
  step: z.string(),
  at: z.string(),
});
export type EvidenceView = z.infer<typeof evidenceViewSchema>;

export const auditRowSchema = z.object({
  seq: z.number(),
  at: z.string(),
  kind: z.string(),
  subject: z.string(),
  body: z.string(),
  previous: z.string(),
  hash: z.string(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

export const auditVerdictSchema = z.object({
  intact: z.boolean(),
  rows: z.number(),
  head: z.string(),
  /** Fingerprint of the site's signing key. */
  key: z.string(),
  problems: z.array(z.object({ seq: z.number(), problem: textSchema })),
});
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

const count = z.number().int().min(0);
/** How many results ended how, as every face and the report's JSON have it. */
export const countsShape = {
  total: count,
  passed: count,
  warnings: count,
  failed: count,
  unknown: count,
  mustPass: count,
  mustPassMet: count,
  waived: count,
  open: count,
  notApplicable: count,
};
