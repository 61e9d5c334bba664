import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { consistencyStep } from './consistency.ts';
import { planInventory } from './plan.ts';
import { connectStep } from './steps.ts';

/** Whether the site is described as the release needs it, and every host can be worked on. */
export const inventoryStage: Stage = {
  id: 'inventory',
  title: text('run.stage.inventory'),
  plan: planInventory,
  steps: { connect: connectStep, consistency: consistencyStep },
};
