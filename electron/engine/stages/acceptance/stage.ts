import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planAcceptance } from './plan.ts';
import { conclude, documents } from './steps.ts';

/** The walk's last stage: what was delivered, and the conclusion over all that was found. The report is printed from it. */
export const acceptanceStage: Stage = {
  id: 'acceptance',
  title: text('run.stage.acceptance'),
  plan: planAcceptance,
  steps: { documents, conclude },
};
