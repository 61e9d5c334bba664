import type { Stage } from '../../plan/step.ts';
import { configurationStep } from './configuration-step.ts';
import { historyStep } from './history-step.ts';
import { jobsStep } from './jobs-step.ts';
import { migrationsStep } from './migrations-step.ts';
import { proofStep } from './proof-step.ts';

/** The step kinds of the data stage. */
export const dataSteps: Stage['steps'] = {
  migrations: migrationsStep,
  configuration: configurationStep,
  history: historyStep,
  proof: proofStep,
  jobs: jobsStep,
};
