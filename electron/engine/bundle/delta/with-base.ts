import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { SitewrightError } from '../../../contract/errors.ts';
import type { RegistryClient } from '../../drivers/registry/client.ts';
import { createPace } from '../../images/pace.ts';
import { patientQuestions, questionsAtOnce } from '../../images/patient.ts';
import type { Bundle } from '../bundle.ts';
import { checkDigest } from '../digest.ts';
import type { BaseBlob } from '../format.ts';
import { packerPrint } from './packing.ts';
import { patchedLayer } from './patched-layer.ts';

/**
 * The same bundle made whole at the site: what a delta leaves out is read from the site's registry, after all of it was proven to be
 * there. A whole bundle is given back as it is. Errors: bundle-base-missing, with every blob that is not there; bundle-patch-failed where
 * this program packs layers otherwise than the one that built the delta. Nothing was changed then.
 */
export async function withBase<B extends Bundle>(
  bundle: B,
  registry: RegistryClient,
  signal?: AbortSignal,
): Promise<B> {
  const { delta } = bundle;
  if (delta === undefined) return bundle;
  if (delta.patches.some(({ packing }) => packing !== 'none') && delta.packer !== packerPrint())
    throw new SitewrightError('bundle-patch-failed', { blob: delta.patches[0]!.digest });
  const places = await proveBase(delta.base, registry, signal);
  const fromSite = (digest: string, offset: number, signal?: AbortSignal) =>
    heldContent(registry, places.get(digest)!, digest, offset, signal);
  const patches = new Map(delta.patches.map((entry) => [entry.digest, entry]));
  /** Whether it is not in the bundle as it is. */
  const isMade = (digest: string) => patches.has(digest) || places.has(digest);
  const open: Bundle['open'] = (digest, options = {}) => {
    const { offset = 0, signal } = options;
    const patch = patches.get(digest);
    if (!isMade(digest)) return bundle.open(digest, options);
    const content =
      patch === undefined
        ? fromSite(digest, offset, signal)
        : patchedLayer(patch, { base: fromSite(patch.base, 0, signal), patch: bundle.open(patch.patch), offset });
    return Readable.from(content, { objectMode: false, highWaterMark: 1024 * 1024 });
  };
  return {
    ...bundle,
    open,
    pieces: (digest, memory, options) =>
      isMade(digest) || bundle.pieces === undefined ? open(digest, options) : bundle.pieces(digest, memory, options),
    read: (digest) => (isMade(digest) ? buffer(open(digest)) : bundle.read(digest)),
  };
}

/** Finds every base blob at the registry, with its size, in one of its repositories. Error: bundle-base-missing. */
export async function proveBase(
  base: readonly BaseBlob[],
  registry: RegistryClient,
  signal?: AbortSignal,
): Promise<ReadonlyMap<string, string>> {
  const ask = patientQuestions(registry, signal);
  const places = new Map<string, string>();
  await createPace(questionsAtOnce).each(base, async ({ digest, size, repositories }) => {
    for (const name of repositories) {
      const repository = registry.repository(name);
      if ((await ask.headBlob(repository, digest)) !== size) continue;
      places.set(digest, repository);
      return;
    }
  });
  const missing = base.filter(({ digest }) => !places.has(digest));
  if (missing.length > 0) {
    const blobs = missing.map(({ digest, repositories }) => `${repositories[0]}@${digest}`).join(', ');
    throw new SitewrightError('bundle-base-missing', { count: missing.length, blobs, registry: registry.host });
  }
  return places;
}

/** A blob out of the registry; its digest is checked when it is read from the start. Error: registry-content-missing. */
async function* heldContent(
  registry: RegistryClient,
  repository: string,
  digest: string,
  offset: number,
  signal?: AbortSignal,
): AsyncGenerator<Buffer> {
  const check = offset === 0 ? checkDigest(digest) : undefined;
  const stream = await registry.getBlob(repository, digest, { offset, ...(signal && { signal }) });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    check?.update(chunk);
    yield chunk;
  }
  if (check?.matches() === false)
    throw new SitewrightError('registry-content-missing', { what: `${repository}@${digest}`, registry: registry.host });
}
