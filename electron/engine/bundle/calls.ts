import { SitewrightError } from '../../contract/errors.ts';
import { buildBundle } from './build.ts';
import { buildImageBundle } from './build-images.ts';
import type { Bundle } from './bundle.ts';
import { loadOrCreateSigningKey } from './keys.ts';

/** What a build is asked for: exactly one of a release's folder and layouts of images. */
export type BuildRequest = {
  readonly source?: string | undefined;
  readonly images?: readonly string[] | undefined;
  readonly out: string;
  readonly key?: string | undefined;
  readonly partSize?: number | undefined;
};

/** Builds what is asked for, signed by the key that is named or by the data folder's own. Errors: as the two builds, usage-invalid. */
export async function makeBundle(request: BuildRequest, ownKey: string, signal?: AbortSignal): Promise<void> {
  const { source, images, out, key, partSize } = request;
  if ((source === undefined) === (images === undefined))
    throw new SitewrightError('usage-invalid', { problem: '--source | --images' });
  const { privateKey: signingKey } = await loadOrCreateSigningKey(key ?? ownKey);
  const common = { out, signingKey, ...(partSize !== undefined && { partSize }), ...(signal && { signal }) };
  if (source !== undefined) await buildBundle({ source, ...common });
  else await buildImageBundle({ layouts: images!, ...common });
}

/** A bundle in figures, as the contract tells it. */
export function bundleView(bundle: Bundle) {
  const { release, digest, signature, images } = bundle;
  const files = [
    ...[...(release?.texts.values() ?? [])].map((entry) => Buffer.byteLength(entry.content)),
    ...[...(release?.blobs.values() ?? [])].map((entry) => entry.size),
  ];
  return {
    ...(release && { release: { name: release.file.name, version: release.file.version, title: release.file.title } }),
    digest,
    signature: { ...signature },
    images: images.map(({ reference, digest: image, size }) => ({ reference, digest: image, size })),
    files: files.length,
    bytes: files.reduce((sum, size) => sum + size, 0) + images.reduce((sum, image) => sum + image.size, 0),
  };
}
