import { SitewrightError } from '../../../contract/errors.ts';
import type { Bundle } from '../../bundle/bundle.ts';
import type { RemoteHost } from '../../drivers/ssh/host.ts';
import type { NodeImport } from './plan.ts';
import { sparseTar } from './sparse-tar.ts';
import { type NodeState, namespace, nodeScript, refusal } from './state.ts';

/** What one import sent. */
export type ImportResult = {
  readonly images: number;
  readonly blobs: number;
  /** Bytes of the sparse tar. */
  readonly bytesSent: number;
  /** Bytes of blobs that the node had already. */
  readonly bytesPresent: number;
  readonly seconds: number;
};

/**
 * Streams what a node lacks into its containerd by one command, and pins the images. A cut costs the blob that was on its
 * way: the others stay on the node for a day, and the next plan leaves them out.
 * Errors: host-disk-full, bundle-image-missing, bundle-part-corrupt, those of SSH.
 */
export async function importImages(options: {
  readonly remote: RemoteHost;
  readonly state: NodeState;
  readonly bundle: Bundle;
  readonly plan: NodeImport;
  readonly signal: AbortSignal;
  readonly progress: (sent: number, total: number) => void;
}): Promise<ImportResult> {
  const { remote, state, bundle, plan, signal } = options;
  if (plan.images.length === 0) return { images: 0, blobs: 0, bytesSent: 0, bytesPresent: 0, seconds: 0 };
  for (const { image } of plan.images) {
    const gone = image.blobs.find(({ digest }) => !state.content.has(digest) && bundle.size(digest) === undefined);
    if (gone !== undefined)
      throw new SitewrightError('bundle-image-missing', { image: image.image.reference, where: gone.digest });
  }
  // Unpacking needs more than that; what cannot even arrive is not begun.
  if (state.free !== undefined && state.free < plan.bytes)
    throw new SitewrightError(
      'host-disk-full',
      { host: remote.name, path: state.root },
      { detail: `${plan.bytes} bytes are to come, ${state.free} are free` },
    );
  const tar = sparseTar(bundle, plan);
  let sent = 0;
  const counted = async function* () {
    for await (const chunk of tar.open(signal)) {
      yield chunk;
      sent += chunk.length;
      options.progress(sent, tar.size);
    }
  };
  const names = plan.images.flatMap((image) => image.names);
  const started = performance.now();
  const result = await remote.script(
    nodeScript,
    ['import', state.socket, namespace, state.snapshotter, String(tar.size), ...names],
    { stdin: counted(), signal },
  );
  if (result.code !== 0) throw refusal(remote.name, state.socket, result.code, result.stderr);
  return {
    images: plan.images.length,
    blobs: plan.blobs.length,
    bytesSent: sent,
    bytesPresent: plan.present,
    seconds: (performance.now() - started) / 1000,
  };
}
