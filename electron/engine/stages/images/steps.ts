import { SitewrightError } from '../../../contract/errors.ts';
import { text, verbatim } from '../../../contract/text.ts';
import { withBase } from '../../bundle/delta/with-base.ts';
import { type ImageContent, readImage } from '../../images/content.ts';
import { createPushJournal } from '../../images/journal.ts';
import { proveImage } from '../../images/prove.ts';
import { pushImages } from '../../images/push.ts';
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

/** Images of the release that are not whole in the registry: without their tag, or with something gone below it. Ends with the first of `most`. */
export async function incompleteImages(
  { drivers, signal, ...context }: StepContext,
  input: PushInput,
  most = Number.POSITIVE_INFINITY,
): Promise<readonly ImageContent[]> {
  const registry = await drivers.registry();
  const incomplete: ImageContent[] = [];
  for (const reference of input.images) {
    const content = await contentOf(context, reference);
    const { repository, tag, digest } = content.image;
    const head = await registry.headManifest(registry.repository(repository), tag);
    const whole = head?.digest === digest && (await proveImage(registry, content, { signal })).complete;
    if (!whole) incomplete.push(content);
    if (incomplete.length >= most) break;
  }
  return incomplete;
}

/** Whether a push has nothing to send. */
export const allThere = async (context: StepContext, input: PushInput): Promise<boolean> =>
  (await incompleteImages(context, input, 1)).length === 0;

export const push: StepKind<PushInput> = {
  inspect: async (context, input) => {
    const registry = await context.drivers.registry();
    await registry.ping();
    return { satisfied: await allThere(context, input) };
  },
  apply: async (context, input) => {
    const registry = await context.drivers.registry();
    const images = await Promise.all(input.images.map((reference) => contentOf(context, reference)));
    const broken = (await incompleteImages(context, input)).map(({ image }) => image.reference);
    const started = context.now().getTime();
    const teller = createTeller(context);
    const result = await pushImages({
      bundle: await withBase(context.bundle, registry, context.signal),
      registry,
      images,
      broken,
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
