import type { StepPlan } from '../../plan/step.ts';

/** One suite of the release, by the path of its file. */
export type SuiteInput = { readonly path: string };
export type SuitePlan = StepPlan<SuiteInput>;
