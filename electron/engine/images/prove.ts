import { SitewrightError } from '../../contract/errors.ts';
import { checkDigest } from '../bundle/digest.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Descriptor, ImageContent } from './content.ts';
import { createPace } from './pace.ts';
import { patientQuestions } from './patient.ts';

/** Where content stands in a registry, read back: every blob by size (or by its bytes), every manifest and tag by digest. */
export type ImageProof = {
  readonly complete: boolean;
  /** Digests and tags that are not there, or are others. A push sends them. */
  readonly missing: readonly string[];
  /** Blobs that the registry names, but gives with other bytes or not at all. A push takes them for present. */
  readonly altered: readonly string[];
  readonly checked: number;
};

/** Questions at a time. */
const questions = 8;

/** Blobs that are read at a time. */
const readings = 4;

/**
 * With `bytes`, each blob is read whole and held against its digest: what a node would pull. What passes is waited for.
 * Errors: registry-*, the signal's reason.
 */
export async function proveImage(
  registry: RegistryClient,
  content: ImageContent,
  { bytes = false, signal }: { readonly bytes?: boolean; readonly signal?: AbortSignal } = {},
): Promise<ImageProof> {
  const ask = patientQuestions(registry, signal);
  const repository = registry.repository(content.image.repository);
  const missing = new Set<string>();
  const altered = new Set<string>();
  await createPace(bytes ? readings : questions).each(content.blobs, async (blob) => {
    const there = (await ask.headBlob(repository, blob.digest)) === blob.size;
    if (!there) missing.add(blob.digest);
    else if (bytes && !(await ask.again(() => isWhole(registry, repository, blob, signal)))) altered.add(blob.digest);
  });
  await createPace(questions).each(content.manifests, async (manifest) => {
    const found = await ask.getManifest(repository, manifest.digest);
    if (found === undefined || !found.content.equals(manifest.content)) missing.add(manifest.digest);
  });
  // What a tag gives, not what is said of it: that is what a node pulls.
  const tagged = await ask.getManifest(repository, content.image.tag);
  if (tagged?.content.equals(content.manifests.at(-1)!.content) !== true)
    missing.add(`${repository}:${content.image.tag}`);
  // In the order of the image, whatever order the answers came in.
  const order = [...content.blobs, ...content.manifests].map(({ digest }) => digest);
  const sorted = [...missing].sort((a, b) => order.indexOf(a) - order.indexOf(b));
  const tagFirst = sorted.filter((name) => !order.includes(name));
  const listed = [...sorted.filter((name) => order.includes(name)), ...tagFirst];
  return {
    complete: listed.length === 0 && altered.size === 0,
    missing: listed,
    altered: [...altered].sort((a, b) => order.indexOf(a) - order.indexOf(b)),
    checked: content.blobs.length + content.manifests.length + 1,
  };
}

/** Whether the registry gives the bytes that the digest stands for. */
async function isWhole(
  registry: RegistryClient,
  repository: string,
  blob: Descriptor,
  signal: AbortSignal | undefined,
): Promise<boolean> {
  const check = checkDigest(blob.digest);
  try {
    for await (const piece of await registry.getBlob(repository, blob.digest, { ...(signal && { signal }) }))
      check.update(piece as Buffer);
  } catch (error) {
    // Some registries name the blob and no longer have it.
    if (error instanceof SitewrightError && Number(error.params.status) === 404) return false;
    throw error;
  }
  return check.matches();
}
