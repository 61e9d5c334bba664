import type { StepKind } from '../../plan/step.ts';
import { runSuite } from '../../suite/runner.ts';
import type { SuiteInput } from './model.ts';
import { readSuite } from './plan.ts';

/** Judging is all that a suite does: verdicts are findings, and a failed one does not stop the others. */
export const suiteStep: StepKind<SuiteInput> = {
  verify: async (context, input) => {
    await runSuite(readSuite(context.release, input.path), context);
  },
};
