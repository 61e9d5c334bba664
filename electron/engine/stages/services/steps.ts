import type { StepKind } from '../../plan/step.ts';
import { endpointStep } from './endpoint-step.ts';
import { objectsStep } from './objects-step.ts';
import { parametersStep } from './parameters-step.ts';
import { pruneStep } from './prune-step.ts';

/** The step kinds of the stage; each change group is a kind of its own, so that plans name it. */
export const servicesSteps: Readonly<Record<string, StepKind>> = {
  parameters: parametersStep,
  foundations: objectsStep,
  configuration: objectsStep,
  accounts: objectsStep,
  workloads: objectsStep,
  endpoint: endpointStep,
  prune: pruneStep,
};
