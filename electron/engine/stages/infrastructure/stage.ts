import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planInfrastructure } from './plan.ts';
import { infrastructureSteps } from './steps.ts';

/** What the release stands on: network plan, folders, namespace and Secrets, storage, monitoring, database. */
export const infrastructureStage: Stage = {
  id: 'infrastructure',
  title: text('run.stage.infrastructure'),
  plan: planInfrastructure,
  steps: infrastructureSteps,
};
