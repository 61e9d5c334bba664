import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planEnvironment } from './plan.ts';
import { collectStep, judgeStep } from './steps.ts';

/** Facts of every host, read once and read-only, and what they mean for the release. */
export const environmentStage: Stage = {
  id: 'environment',
  title: text('run.stage.environment'),
  plan: planEnvironment,
  steps: { collect: collectStep, judge: judgeStep },
};
