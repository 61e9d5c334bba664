import { throwawayName } from '../../../contract/path-test.ts';
import { text } from '../../../contract/text.ts';
import type { PlanInput, StepPlan } from '../../plan/step.ts';
import type { NodeInput, ProofInput, PushInput, RegistryHostInput } from './model.ts';
import { planNodes } from './node-plan.ts';
import { planRegistryHost } from './registry-plan.ts';

type ImagesPlan = StepPlan<RegistryHostInput | PushInput | ProofInput | NodeInput>;

/**
 * The registry is started, where the site gets it from the bundle; the way is tried; then one push over all images, and a proof
 * for each. Of a site without a registry the nodes get them. Error: bundle-without-registry.
 */
export function planImages({ site, release }: PlanInput): readonly ImagesPlan[] {
  if (release.images.length === 0) return [];
  if (site.registry === undefined) return planNodes({ site, release });
  const registry = new URL(site.registry.url).host;
  const input = { registry, images: release.images.map((image) => image.reference) };
  const host = planRegistryHost({ site, release });
  const path: StepPlan<PushInput> = {
    id: 'images/path/registry',
    stage: 'images',
    kind: 'path',
    target: 'registry',
    effects: [text('path.effect', { registry, repository: throwawayName })],
    mutates: true,
    needs: host.map(({ id }) => id),
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
  return [...host, path, push, ...proofs];
}
