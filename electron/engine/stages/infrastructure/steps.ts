import type { StepKind } from '../../plan/step.ts';
import { areaStep, namespaceStep } from './cluster-steps.ts';
import { databaseStep } from './database-step.ts';
import { foldersStep } from './folders-step.ts';
import { networkStep } from './network-step.ts';

export const infrastructureSteps: Readonly<Record<string, StepKind>> = {
  network: networkStep,
  folders: foldersStep,
  namespace: namespaceStep,
  storage: areaStep,
  monitoring: areaStep,
  database: databaseStep,
};
