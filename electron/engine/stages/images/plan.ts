import { text } from '../../../contract/text.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { NodeInput, ProofInput, PushInput } from './model.ts';
import { planNodes } from './node-plan.ts';

/** One push over all images, then a proof for each. Of a site without a registry the nodes get them. */
export function planImages({ site, release }: PlanInput): readonly StepPlan<PushInput | ProofInput | NodeInput>[] {
  if (release.images.length === 0) return [];
  if (site.registry === undefined) return planNodes({ site, release });
  const registry = new URL(site.registry.url).host;
  const push: StepPlan<PushInput> = {
    id: 'images/push/registry',
    stage: 'images',
    kind: 'push',
    target: 'registry',
    effects: release.images.map((image) =>
      text('images.effect.push', { image: image.reference, digest: image.digest.slice(0, 19), registry }),
    ),
    mutates: true,
    needs: [],
    weight: 3,
    input: { registry, images: release.images.map((image) => image.reference) },
  };
  const proofs = release.images.map(
    (image): StepPlan<ProofInput> => ({
      id: `images/prove/${image.reference}`,
      stage: 'images',
      kind: 'prove',
      target: 'registry',
      effects: [text('images.effect.prove', { image: image.reference, registry })],
      mutates: false,
      needs: [push.id],
      weight: 0.5,
      input: { registry, image: image.reference },
    }),
  );
  return [push, ...proofs];
}
