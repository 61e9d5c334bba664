import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planData } from './plan.ts';
import { dataSteps } from './steps.ts';

/** Fills the release's database: schema, configuration data, historical data with its proof, and the jobs that need them. */
export const dataStage: Stage = { id: 'data', title: text('run.stage.data'), plan: planData, steps: dataSteps };
