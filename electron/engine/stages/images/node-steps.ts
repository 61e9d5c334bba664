import { SitewrightError } from '../../../contract/errors.ts';
import { text, verbatim } from '../../../contract/text.ts';
import { importImages } from '../../images/nodes/import.ts';
import { askNode, lackingNames } from '../../images/nodes/nodes.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { NodeInput } from './model.ts';

async function ask(context: StepContext, input: NodeInput) {
  const host = context.site.hosts.find(({ name }) => name === input.host);
  if (host === undefined)
    throw new SitewrightError('site-invalid', { file: context.site.name, problem: `hosts: ${input.host}` });
  const images = input.images.map((reference) => {
    const image = context.release.images.find((candidate) => candidate.reference === reference);
    if (image === undefined)
      throw new SitewrightError('bundle-image-missing', { image: reference, where: 'release.yaml' });
    return image;
  });
  const { site, bundle, signal } = context;
  const remote = await context.drivers.ssh(host);
  return { remote, ...(await askNode({ remote, host, site, bundle, images, signal })) };
}

/** Streams what a node lacks into its containerd, pinned. */
export const node: StepKind<NodeInput> = {
  inspect: async (context, input) => {
    const { plan, state } = await ask(context, input);
    return {
      satisfied: plan.images.length === 0,
      found: { containerd: state.version, images: plan.images.length, blobs: plan.blobs.length, bytes: plan.bytes },
    };
  },
  apply: async (context, input) => {
    const { remote, state, plan } = await ask(context, input);
    const { bundle, signal } = context;
    const progress = (sent: number, total: number) => context.progress(sent, total, 'bytes');
    const { images, blobs, bytesSent, bytesPresent, seconds } = await importImages({
      ...{ remote, state, bundle, plan, signal, progress },
    });
    const figures = { images, blobs, bytesSent, bytesPresent };
    context.log('info', input.host, text('images.node.sent', { ...figures, seconds: seconds.toFixed(1) }));
    context.evidence(
      text('images.evidence.node', { host: input.host }),
      'application/json',
      JSON.stringify(
        { host: input.host, containerd: state.version, socket: state.socket, seconds, ...figures },
        null,
        2,
      ),
    );
  },
};

/** Asks containerd itself whether every image is complete, unpacked, pinned and named as pods name it. */
export const nodeProof: StepKind<NodeInput> = {
  verify: async (context, input) => {
    const started = performance.now();
    const { state, images } = await ask(context, input);
    const rows = images.map((image) => ({
      image: image.image.reference,
      digest: image.image.digest,
      blobs: image.blobs,
      lacking: lackingNames(image, state),
      names: image.names.map((name) => ({ name, ...state.images.get(name) })),
    }));
    const evidence = context.evidence(
      text('images.evidence.node-proof', { host: input.host }),
      'application/json',
      JSON.stringify({ host: input.host, containerd: state.version, socket: state.socket, images: rows }, null, 2),
    );
    const lacking = rows.flatMap((row) => row.lacking);
    const complete = rows.filter((row) => row.lacking.length === 0).length;
    context.finding({
      check: 'image.node',
      subject: input.host,
      title: text('images.finding.node'),
      category: 'images',
      clause: '11.2 镜像推送',
      qualification: 'IQ',
      mustPass: true,
      status: lacking.length === 0 ? 'passed' : 'failed',
      expected: text('images.finding.node.expected', { count: rows.length }),
      actual:
        lacking.length === 0
          ? text('images.finding.node.found', { count: complete, total: rows.length, version: state.version })
          : text('images.finding.missing', { missing: verbatim(lacking.join(', ')) }),
      evidence: [evidence],
      durationMs: Math.round(performance.now() - started),
    });
    if (lacking.length > 0)
      throw new SitewrightError('registry-content-missing', { what: lacking.join(', '), registry: input.host });
  },
};
