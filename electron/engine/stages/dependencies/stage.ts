import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { baseStep } from './base.ts';
import { clusterStep } from './cluster.ts';
import { databaseStep } from './database.ts';
import { planDependencies } from './plan.ts';
import { registryStep } from './registry.ts';
import { registryHostStep } from './registry-host.ts';

/** Registry, database and cluster: whether they answer, and allow what the release will do. */
export const dependenciesStage: Stage = {
  id: 'dependencies',
  title: text('run.stage.dependencies'),
  plan: planDependencies,
  steps: {
    registry: registryStep,
    'registry-host': registryHostStep,
    base: baseStep,
    database: databaseStep,
    cluster: clusterStep,
  },
};
