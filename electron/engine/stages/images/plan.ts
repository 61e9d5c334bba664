import { text } from '../../../contract/text.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { NodeInput, ProofInput, PushInput } from './model.ts';
import { planNodes } from './node-plan.ts';

/** Last part of the throwaway image's name. */
const throwawayName = 'sitewright-path-test';

/** The way is tried first; then one push over all images, and a proof for each. Of a site without a registry the nodes get them. */
export function planImages({ site, release }: PlanInput): readonly StepPlan<PushInput | ProofInput | NodeInput>[] {
  if (release.images.length === 0) return [];
  if (site.registry === undefined) return planNodes({ site, release });
  const registry = new URL(site.registry.url).host;
  const input = { registry, images: release.images.map((image) => image.reference) };
  const path: StepPlan<PushInput> = {
    id: 'images/path/registry',
    stage: 'images',
    kind: 'path',
    target: 'registry',
    effects: [text('path.effect', { registry, repository: throwawayName })],
    mutates: true,
    needs: [],
    weight: 2,
    input,
  };
  const push: StepPlan<PushInput> = {
    id: 'images/push/registry',
    stage: 'images',
    kind: 'push',
    target: 'registry',
    effects: release.images.map((image) =>
      text('images.effect.push', { image: image.reference, digest: image.digest.slice(0, 19), registry }),
    ),
    mutates: true,
    needs: [path.id],
    weight: 3,
    input,
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
  return [path, push, ...proofs];
}
