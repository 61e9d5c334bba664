import { withBase } from '../../bundle/delta/with-base.ts';
import type { StepKind } from '../../plan/step.ts';
import type { BaseInput } from './model.ts';

/** Proves that the registry holds everything that a delta leaves out. A step of this stage, so that nothing was changed before. */
export const baseStep: StepKind<BaseInput> = {
  verify: async (context) => {
    await withBase(context.bundle, await context.drivers.registry(), context.signal);
  },
};
