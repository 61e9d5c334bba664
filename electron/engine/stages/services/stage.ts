import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planServices } from './plan.ts';
import { servicesSteps } from './steps.ts';

/** Configuration and services: the release's objects in the cluster, ready and reachable. */
export const servicesStage: Stage = {
  id: 'services',
  title: text('run.stage.services'),
  plan: planServices,
  steps: servicesSteps,
};
