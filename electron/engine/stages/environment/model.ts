import type { StepPlan } from '../../plan/step.ts';

/** Collects the facts of one host: arguments of the collector after its marker. */
export type CollectInput = { readonly host: string; readonly arguments: readonly string[] };
/** Judges all hosts by the facts that were collected. */
export type JudgeInput = { readonly hosts: readonly string[] };

export type EnvironmentPlan = StepPlan<CollectInput> | StepPlan<JudgeInput>;
