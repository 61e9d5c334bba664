import { text } from '../../../contract/text.ts';
import type { Stage } from '../../plan/step.ts';
import { node, nodeProof } from './node-steps.ts';
import { path } from './path-step.ts';
import { planImages } from './plan.ts';
import { registryHost } from './registry-step.ts';
import { prove, push } from './steps.ts';

/** The release's images into the site's private registry, each blob once, with a proof per image; without one, into each node. */
export const imagesStage: Stage = {
  id: 'images',
  title: text('run.stage.images'),
  plan: planImages,
  steps: { registry: registryHost, path, push, prove, node, 'node-proof': nodeProof },
};
