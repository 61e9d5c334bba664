import { setTimeout as wait } from 'node:timers/promises';
import type { BundleDetails, BundleVerifyEvent, BundleView, DeltaView } from '../../contract/bundles.ts';
import { asSitewrightError, SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { imageBytes } from '../images/content.ts';
import { buildBundle } from './build.ts';
import { buildImageBundle } from './build-images.ts';
import type { Bundle } from './bundle.ts';
import { buildDelta } from './delta/build-delta.ts';
import { loadOrCreateSigningKey } from './keys.ts';
import { openBundle } from './open.ts';
import { architectures, type RegistryProgram } from './release.ts';
import { licencesIn } from './sbom/licences.ts';
import { sbomPath } from './sbom/path.ts';
import { verifyBundle } from './verify.ts';

/** What a build is asked for: exactly one of a release's folder and places of images. */
export type BuildRequest = {
  readonly source?: string | undefined;
  readonly images?: readonly string[] | undefined;
  readonly authorities?: readonly string[] | undefined;
  readonly out: string;
  readonly key?: string | undefined;
  readonly partSize?: number | undefined;
};

/** Builds what is asked for, signed by the key that is named or by the data folder's own. Errors: as the two builds, usage-invalid. */
export async function makeBundle(request: BuildRequest, ownKey: string, signal?: AbortSignal): Promise<void> {
  const { source, images, authorities, out, key, partSize } = request;
  if ((source === undefined) === (images === undefined)) {
    const problem = text(source === undefined ? 'usage.source-or-images' : 'usage.source-and-images');
    throw new SitewrightError('usage-invalid', { problem });
  }
  const { privateKey: signingKey } = await loadOrCreateSigningKey(key ?? ownKey);
  const common = {
    ...{ out, signingKey, authorities: authorities ?? [] },
    ...(partSize !== undefined && { partSize }),
    ...(signal && { signal }),
  };
  if (source !== undefined) await buildBundle({ source, ...common });
  else await buildImageBundle({ from: images!, ...common });
}

export type DeltaRequest = {
  readonly bundle: readonly string[];
  readonly base: string;
  readonly from?: readonly string[] | undefined;
  readonly siteKey?: string | undefined;
  readonly out: string;
  readonly key?: string | undefined;
  readonly partSize?: number | undefined;
};

/** Builds a delta, signed as `makeBundle` does. Errors: as buildDelta. */
export async function makeDelta(request: DeltaRequest, ownKey: string, signal?: AbortSignal): Promise<DeltaView> {
  const { bundle, base, from, siteKey, out, key, partSize } = request;
  const { privateKey: signingKey } = await loadOrCreateSigningKey(key ?? ownKey);
  const made = await buildDelta({
    ...{ bundle, base, out, signingKey },
    ...(from && { from: [from] }),
    ...(siteKey !== undefined && { siteKey }),
    ...(partSize !== undefined && { partSize }),
    ...(signal && { signal }),
  });
  const opened = await openBundle([out]);
  try {
    return {
      ...(await bundleView(opened)),
      site: made.site,
      siteKey: made.siteKey,
      left: made.left,
      patched: made.patched,
    };
  } finally {
    await opened.close();
  }
}

/** A bundle in figures, as the contract tells it. */
export async function bundleView(bundle: Bundle): Promise<BundleView> {
  const { release, digest, signature, images, figures } = bundle;
  return {
    ...(release && { release: { name: release.file.name, version: release.file.version, title: release.file.title } }),
    digest,
    signature: { ...signature },
    images: await Promise.all(
      images.map(async (image) => {
        const size = await imageBytes(bundle, image);
        return { reference: image.reference, digest: image.digest, ...(size !== undefined && { size }) };
      }),
    ),
    ...(release?.file.registry && { registry: programView(bundle, release.file.registry) }),
    files: bundle.files.size,
    ...figures,
  };
}

function programView(bundle: Bundle, { version, licence, programs }: RegistryProgram): BundleView['registry'] {
  const carried = architectures.flatMap((architecture) => {
    const file = bundle.files.get(programs[architecture] ?? '');
    return file === undefined ? [] : [{ architecture, ...file }];
  });
  return { version, licence: licence.id, programs: carried };
}

/** The same with the bill of materials and the licences that stand in it, if there is one. */
export async function bundleDetails(bundle: Bundle): Promise<BundleDetails> {
  const file = bundle.files.get(sbomPath);
  if (file === undefined) return bundleView(bundle);
  const sbom = (await bundle.read(file.digest)).toString('utf8');
  return { ...(await bundleView(bundle)), sbom, licences: licencesIn(sbom) };
}

/** Time between two notices of progress, ms. */
const tellMs = 250;

/** Verifies a bundle and tells how far it is; leaving early cancels. */
export async function* followVerification(
  folders: readonly string[],
  signal?: AbortSignal,
): AsyncGenerator<BundleVerifyEvent, void> {
  const cancel = new AbortController();
  const abort = () => cancel.abort();
  signal?.addEventListener('abort', abort, { once: true });
  if (signal?.aborted) abort();
  let at = { done: 0, total: 0 };
  const working = verifyBundle(folders, {
    signal: cancel.signal,
    progress: (done, total) => {
      at = { done, total };
    },
  }).then(
    ({ parts, blobs, bytes }): BundleVerifyEvent => {
      const told = parts.map((part) => ({ ...part, blobs: [...part.blobs] }));
      return { type: 'done', verdict: { ok: parts.every(({ ok }) => ok), blobs, bytes, parts: told } };
    },
    (error: unknown): BundleVerifyEvent => ({ type: 'failed', error: asSitewrightError(error).view() }),
  );
  try {
    for (;;) {
      const ended = await Promise.race([working, wait(tellMs)]);
      yield { type: 'progress', ...at };
      if (ended !== undefined) return yield ended;
    }
  } finally {
    abort();
    signal?.removeEventListener('abort', abort);
    await working;
  }
}
