import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planVerification } from './plan.ts';
import { suiteStep } from './steps.ts';

/** Carries out the release's suites against the installed site. */
export const verificationStage: Stage = {
  id: 'verification',
  title: text('run.stage.verification'),
  plan: planVerification,
  steps: { suite: suiteStep },
};
