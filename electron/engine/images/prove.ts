import { SitewrightError } from '../../contract/errors.ts';
import { checkDigest } from '../bundle/digest.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import type { Descriptor, ImageContent } from './content.ts';
import { createPace } from './pace.ts';
import { patientQuestions, questionsAtOnce } from './patient.ts';

/** Where content stands in a registry, read back: every blob by size (or by its bytes), every manifest and tag by digest. */
export type ImageProof = {
  readonly complete: boolean;
  /** Digests and tags that are not there, or are others. A push sends them. */
  readonly missing: readonly string[];
  /** Blobs that the registry names, but gives with other bytes or not at all. A push takes them for present. */
  readonly altered: readonly string[];
  readonly checked: number;
};

/** Blobs that are read at a time. */
const readingsAtOnce = 4;

export type ProofOptions = {
  /** Each blob is read whole and held against its digest: what a node would pull. */
  readonly bytes?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears how many images are through. */
  readonly told?: (done: number) => void;
};

/** What the questions about one image have found. */
type Findings = { readonly missing: Set<string>; readonly altered: Set<string> };

/** A proof for each image, in their order. What passes is waited for. Errors: registry-*, the signal's reason. */
export async function proveImages(
  registry: RegistryClient,
  images: readonly ImageContent[],
  { bytes = false, signal, told = () => undefined }: ProofOptions = {},
): Promise<readonly ImageProof[]> {
  const ask = patientQuestions(registry, signal);
  const questionsOf = (content: ImageContent, { missing, altered }: Findings): readonly (() => Promise<void>)[] => {
    const repository = registry.repository(content.image.repository);
    const manifest = async (reference: string, expected: Buffer, name: string) => {
      const found = await ask.getManifest(repository, reference);
      if (found?.content.equals(expected) !== true) missing.add(name);
    };
    return [
      ...content.blobs.map((blob) => async () => {
        const there = (await ask.headBlob(repository, blob.digest)) === blob.size;
        if (!there) missing.add(blob.digest);
        else if (bytes && !(await ask.again(() => isWhole(registry, repository, blob, signal))))
          altered.add(blob.digest);
      }),
      ...content.manifests.map((one) => () => manifest(one.digest, one.content, one.digest)),
      // What a tag gives, not what is said of it: that is what a node pulls.
      () => manifest(content.image.tag, content.manifests.at(-1)!.content, `${repository}:${content.image.tag}`),
    ];
  };

  let done = 0;
  const drafts = images.map((content) => {
    const findings: Findings = { missing: new Set(), altered: new Set() };
    const questions = questionsOf(content, findings);
    let left = questions.length;
    const answered = () => {
      left -= 1;
      if (left > 0) return;
      done += 1;
      told(done);
    };
    return { content, findings, questions, answered };
  });
  const queue = drafts.flatMap(({ questions, answered }) => questions.map((put) => ({ put, answered })));
  await createPace(bytes ? readingsAtOnce : questionsAtOnce).each(queue, async ({ put, answered }) => {
    await put();
    answered();
  });
  return drafts.map(({ content, findings, questions }) => proofOf(content, findings, questions.length));
}

/** The proof of a single image. */
export async function proveImage(
  registry: RegistryClient,
  content: ImageContent,
  options: ProofOptions = {},
): Promise<ImageProof> {
  const [proof] = await proveImages(registry, [content], options);
  return proof!;
}

/** In the order of the image, its tag last, whatever order the answers came in. */
function proofOf({ blobs, manifests }: ImageContent, { missing, altered }: Findings, checked: number): ImageProof {
  const order = [...blobs, ...manifests].map(({ digest }) => digest);
  const listed = (names: ReadonlySet<string>) => [
    ...order.filter((digest) => names.has(digest)),
    ...[...names].filter((name) => !order.includes(name)),
  ];
  return {
    complete: missing.size === 0 && altered.size === 0,
    missing: listed(missing),
    altered: listed(altered),
    checked,
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
