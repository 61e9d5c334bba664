import type { Site } from '../../contract/site.ts';
import type { Text } from '../../contract/text.ts';
import type { Transfer } from '../../contract/transfers.ts';
import type { Finding, PlannedStep, StageId } from '../../contract/views.ts';
import type { Bundle } from '../bundle/bundle.ts';
import type { Release } from '../bundle/release.ts';
import type { Drivers } from '../drivers/drivers.ts';
import type { Vault } from '../site/vault.ts';
import type { Facts } from '../store/facts.ts';

/** Any JSON value: what a plan and a checkpoint are made of. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A step as planned: data only, stored with the run, so that a resumed run follows the plan that was confirmed. */
export type StepPlan<I = unknown> = PlannedStep & {
  /** Which of the stage's step kinds carries it out. */
  readonly kind: string;
  /** Everything the step kind needs, JSON-serialisable, free of secrets (vault entries by name). */
  readonly input: I;
};

/** What planning knows: the site, the release and facts read earlier. Planning does no I/O. */
export type PlanInput = { readonly site: Site; readonly release: Release };

/** A stage of the walk: always the same room. */
export type Stage = {
  readonly id: StageId;
  readonly title: Text;
  /** Pure: the same input gives the same steps. Step ids start with the stage's id and are unique. */
  readonly plan: (input: PlanInput) => readonly StepPlan[];
  readonly steps: Readonly<Record<string, StepKind>>;
};

/** Whether the wanted state is there already; `found` is kept in the journal (no secrets). */
export type Inspection = { readonly satisfied: boolean; readonly found?: Json };

/**
 * What a step can do. Idempotent: `inspect` first, `apply` only what differs, `verify` always.
 * A step that only reads (checks, proofs) has no `apply`: its `verify` records the findings.
 */
// biome-ignore lint/suspicious/noExplicitAny: the input type is tied to the kind by the stage's own plan
export type StepKind<I = any> = {
  /** Cheap and read-only. Absent: never satisfied beforehand. */
  readonly inspect?: (context: StepContext, input: I) => Promise<Inspection>;
  /** Makes it so. May be interrupted at any point and called again. */
  readonly apply?: (context: StepContext, input: I) => Promise<void>;
  /** Proves it and records findings and evidence through the context; throws when the wanted state is not there. */
  readonly verify?: (context: StepContext, input: I) => Promise<void>;
  /** Takes it back, where that is possible. */
  readonly undo?: (context: StepContext, input: I) => Promise<void>;
};

/** The hands of a step. Everything it knows of the world comes through here. */
export type StepContext = {
  readonly site: Site;
  readonly release: Release;
  readonly bundle: Bundle;
  readonly vault: Vault;
  readonly drivers: Drivers;
  readonly facts: Facts;
  /** Aborts when the run is cancelled; hand it on to everything that waits. */
  readonly signal: AbortSignal;
  /**
   * Aborts when the run is to pause. A long step that can stop where nothing has to be done again does so and throws the error
   * `paused`; every other one goes on to its end, after which no further step begins.
   */
  readonly pause: AbortSignal;
  readonly now: () => Date;
  /** Amount done of all, with what is being done or waited for, and what more there is to tell of a transfer. */
  readonly progress: (
    done: number,
    total: number,
    unit?: Transfer['unit'],
    note?: Text,
    details?: Pick<Transfer, 'sent' | 'images' | 'setbacks'>,
  ) => void;
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', target: string, words: Text) => void;
  /** Stores bytes as evidence and returns its id (`E-0042`). Known secrets are masked before they are stored. */
  readonly evidence: (title: Text, mediaType: string, content: string | Uint8Array) => string;
  /** Records a verdict. `stage`, `at` are filled in. A later finding of the same check and subject replaces the earlier one. */
  readonly finding: (finding: Omit<Finding, 'stage' | 'at'>) => void;
  /** What this step saved on an earlier, interrupted attempt; undefined at first. */
  readonly checkpoint: () => Json | undefined;
  /** Saves where this step stands, durable before it returns. */
  readonly saveCheckpoint: (state: Json) => void;
  /** Findings recorded so far by the whole run, this step's included. */
  readonly findings: () => readonly Finding[];
};
