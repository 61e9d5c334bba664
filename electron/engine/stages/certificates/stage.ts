import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { planCertificates } from './plan.ts';
import { certificatesSteps } from './steps.ts';

/** Certificates: the site's own authority, one certificate per endpoint, its distribution, and the proof by handshake. */
export const certificatesStage: Stage = {
  id: 'certificates',
  title: text('run.stage.certificates'),
  plan: planCertificates,
  steps: certificatesSteps,
};
