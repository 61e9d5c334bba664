import { SitewrightError } from '../../../contract/errors.ts';
import { text, verbatim } from '../../../contract/text.ts';
import { withBase } from '../../bundle/delta/with-base.ts';
import { readImage } from '../../images/content.ts';
import { createPushJournal } from '../../images/journal.ts';
import { patientQuestions } from '../../images/patient.ts';
import { proveImage, proveImages } from '../../images/prove.ts';
import { pushImages } from '../../images/push.ts';
import { standingImages } from '../../images/standing.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { ProofInput, PushInput } from './model.ts';
import { createTeller } from './teller.ts';

/** One image of the release, as the bundle has it. */
export const contentOf = (context: Pick<StepContext, 'release' | 'bundle'>, reference: string) => {
  const image = context.release.images.find((candidate) => candidate.reference === reference);
  if (image === undefined)
    throw new SitewrightError('bundle-image-missing', { image: reference, where: 'release.yaml' });
  return readImage(context.bundle, image);
};

/** Images of the release, those whose tags stand in the registry, and what tells whether everything is below such tags. */
async function imagesOf({ drivers, signal, ...context }: StepContext, input: PushInput) {
  const registry = await drivers.registry();
  const images = await Promise.all(input.images.map((reference) => contentOf(context, reference)));
  const standing = await standingImages(registry, images, patientQuestions(registry, signal));
  return { images, standing, prove: () => proveImages(registry, standing, { signal }) };
}

/** Whether a push has nothing to send. Where a tag is not there, nothing more is asked. */
export async function allThere(context: StepContext, input: PushInput): Promise<boolean> {
  const { images, standing, prove: proofs } = await imagesOf(context, input);
  return standing.length === images.length && (await proofs()).every(({ complete }) => complete);
}

export const push: StepKind<PushInput> = {
  inspect: async (context, input) => {
    const registry = await context.drivers.registry();
    await registry.ping();
    return { satisfied: await allThere(context, input) };
  },
  apply: async (context, input) => {
    const registry = await context.drivers.registry();
    const { images, standing, prove: proofs } = await imagesOf(context, input);
    // Behind a tag that stands, something can be gone.
    const proven = await proofs();
    const broken = standing.filter((_image, index) => !proven[index]!.complete);
    const started = context.now().getTime();
    const teller = createTeller(context);
    const result = await pushImages({
      bundle: await withBase(context.bundle, registry, context.signal),
      registry,
      images,
      broken: broken.map(({ image }) => image.reference),
      signal: context.signal,
      pause: context.pause,
      journal: createPushJournal({ load: context.checkpoint, save: context.saveCheckpoint }),
      ...teller,
    });
    const seconds = Math.max(0.001, (context.now().getTime() - started) / 1000);
    const { paused, ...counts } = result;
    if (paused) throw new SitewrightError('paused');
    context.log('info', 'registry', text('images.pushed', { ...counts, seconds: seconds.toFixed(1) }));
    context.evidence(
      text('images.evidence.push'),
      'application/json',
      JSON.stringify({ registry: input.registry, seconds, ...result }, null, 2),
    );
  },
};

export const prove: StepKind<ProofInput> = {
  verify: async (context, input) => {
    const registry = await context.drivers.registry();
    const content = await contentOf(context, input.image);
    const started = performance.now();
    const proof = await proveImage(registry, content, { signal: context.signal });
    const evidence = context.evidence(
      text('images.evidence.proof', { image: input.image }),
      'application/json',
      JSON.stringify(
        {
          registry: input.registry,
          repository: registry.repository(content.image.repository),
          tag: content.image.tag,
          digest: content.image.digest,
          manifests: content.manifests.map(({ digest, mediaType }) => ({ digest, mediaType })),
          blobs: content.blobs.map(({ digest, size }) => ({ digest, size })),
          missing: proof.missing,
        },
        null,
        2,
      ),
    );
    context.finding({
      check: `image.complete.${content.image.repository}`,
      subject: 'registry',
      title: text('images.finding.complete', { image: input.image }),
      category: 'images',
      clause: '11.2 镜像推送',
      qualification: 'IQ',
      mustPass: true,
      status: proof.complete ? 'passed' : 'failed',
      expected: text('images.finding.expected', { digest: content.image.digest.slice(0, 19), count: proof.checked }),
      actual: proof.complete
        ? text('images.finding.found', { digest: content.image.digest.slice(0, 19), count: proof.checked })
        : text('images.finding.missing', { missing: verbatim(proof.missing.join(', ')) }),
      evidence: [evidence],
      durationMs: Math.round(performance.now() - started),
    });
    if (!proof.complete) {
      throw new SitewrightError('registry-content-missing', {
        what: proof.missing.join(', '),
        registry: input.registry,
      });
    }
  },
};
