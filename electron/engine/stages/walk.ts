import type { Stage } from '../plan/step.ts';
import { acceptanceStage } from './acceptance/stage.ts';
import { certificatesStage } from './certificates/stage.ts';
import { dataStage } from './data/stage.ts';
import { dependenciesStage } from './dependencies/stage.ts';
import { environmentStage } from './environment/stage.ts';
import { imagesStage } from './images/stage.ts';
import { infrastructureStage } from './infrastructure/stage.ts';
import { inventoryStage } from './inventory/stage.ts';
import { servicesStage } from './services/stage.ts';
import { verificationStage } from './verification/stage.ts';

/** The walk: every stage in its order. */
export const stages: readonly Stage[] = [
  inventoryStage,
  environmentStage,
  dependenciesStage,
  certificatesStage,
  imagesStage,
  infrastructureStage,
  servicesStage,
  dataStage,
  verificationStage,
  acceptanceStage,
];
