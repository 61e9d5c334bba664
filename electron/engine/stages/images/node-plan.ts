import { text } from '../../../contract/text.ts';
import { runsContainers } from '../../checks/plan.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { NodeInput } from './model.ts';

/** A site without a registry: the images go into each node that runs containers, with a proof for each node. */
export function planNodes({ site, release }: PlanInput): readonly StepPlan<NodeInput>[] {
  const images = release.images.map(({ reference }) => reference);
  return site.hosts.filter(runsContainers).flatMap((host): StepPlan<NodeInput>[] => {
    const step: StepPlan<NodeInput> = {
      id: `images/node/${host.name}`,
      stage: 'images',
      kind: 'node',
      target: host.name,
      effects: release.images.map((image) =>
        text('images.effect.node', { image: image.reference, digest: image.digest.slice(0, 19), host: host.name }),
      ),
      mutates: true,
      needs: [],
      weight: 5,
      input: { host: host.name, images },
    };
    const proof: StepPlan<NodeInput> = {
      ...step,
      id: `images/node-proof/${host.name}`,
      kind: 'node-proof',
      effects: [text('images.effect.node-proof', { host: host.name, count: images.length })],
      mutates: false,
      needs: [step.id],
      weight: 0.5,
    };
    return [step, proof];
  });
}
