import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { type Blob, blobOf, blobOfFile, digestOf } from '../blob.ts';
import { invalid } from '../source/place.ts';
import { isIndexType, isManifestType } from './media-types.ts';

const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: z.string().regex(/^sha256:[0-9a-f]{64}$/),
  size: z.number().int(),
  annotations: z.record(z.string(), z.string()).optional(),
});
type Descriptor = z.infer<typeof descriptorSchema>;
const indexSchema = z.looseObject({ manifests: z.array(descriptorSchema) });
const manifestSchema = z.looseObject({ config: descriptorSchema, layers: z.array(descriptorSchema) });

const referenceAnnotation = 'org.opencontainers.image.ref.name';

/** Where a layout's index keeps names: the specification's annotation, or that of containerd and its kin. */
const nameAnnotations = ['io.containerd.image.name', referenceAnnotation];

/** What a layout's index names: the images with all their names. Error: release-invalid. */
export async function listLayout(
  folder: string,
  place: string,
): Promise<readonly { readonly names: readonly string[]; readonly descriptor: Descriptor }[]> {
  const content = await readFile(join(folder, 'index.json'), 'utf8').catch(() => undefined);
  const index = content === undefined ? undefined : indexSchema.safeParse(parsed(content)).data;
  if (index === undefined) throw invalid(place, text('bundle.problem.layout-index', { path: folder }));
  return index.manifests.map((descriptor) => ({
    names: nameAnnotations.flatMap((name) => descriptor.annotations?.[name] ?? []),
    descriptor,
  }));
}

function parsed(words: string): unknown {
  try {
    return JSON.parse(words);
  } catch {
    return undefined;
  }
}

/**
 * An image of an OCI layout folder: the one that `index.json` calls by the reference or its tag, or the only one.
 * Error: release-invalid.
 */
export async function readLayout(
  folder: string,
  wanted: { readonly reference: string; readonly tag: string },
  place: string,
): Promise<{ readonly manifest: Blob; readonly blobs: readonly Blob[] }> {
  const images = await listLayout(folder, place);
  const named = images.find(({ names }) =>
    names.some((name) => name === wanted.reference || name === wanted.tag || name.endsWith(`/${wanted.reference}`)),
  );
  const chosen = named ?? (images.length === 1 ? images[0] : undefined);
  if (chosen === undefined)
    throw invalid(place, text('bundle.problem.layout-choice', { count: images.length, reference: wanted.reference }));
  return await readLayoutImage(folder, chosen.descriptor, place);
}

/** An image of a layout with everything below it. Every blob is there with its size; digests of large ones are checked when they are written. */
export async function readLayoutImage(
  folder: string,
  chosen: Descriptor,
  place: string,
): Promise<{ readonly manifest: Blob; readonly blobs: readonly Blob[] }> {
  const blobs = new Map<string, Blob>();
  const fileOf = ({ digest }: Descriptor): string => join(folder, 'blobs', 'sha256', digest.slice('sha256:'.length));
  const damaged = (digest: string) => invalid(place, text('bundle.problem.layout-blob', { digest }));

  const readDocument = async (descriptor: Descriptor): Promise<Blob & { readonly content: Buffer }> => {
    const content = await readFile(fileOf(descriptor)).catch(() => undefined);
    if (content === undefined || digestOf(content) !== descriptor.digest) throw damaged(descriptor.digest);
    return { ...blobOf(content, descriptor.mediaType), content };
  };
  const add = async (descriptor: Descriptor): Promise<void> => {
    if (blobs.has(descriptor.digest)) return;
    const found = await stat(fileOf(descriptor)).catch(() => undefined);
    if (found?.size !== descriptor.size) throw damaged(descriptor.digest);
    blobs.set(
      descriptor.digest,
      blobOfFile(fileOf(descriptor), descriptor.digest, descriptor.size, descriptor.mediaType),
    );
  };
  const visit = async (descriptor: Descriptor): Promise<Blob> => {
    const document = await readDocument(descriptor);
    blobs.set(document.digest, document);
    const value: unknown = JSON.parse(document.content.toString('utf8'));
    if (isIndexType(descriptor.mediaType)) {
      for (const child of indexSchema.parse(value).manifests) await visit(child);
    } else if (isManifestType(descriptor.mediaType)) {
      const { config, layers } = manifestSchema.parse(value);
      for (const part of [config, ...layers]) await add(part);
    } else throw invalid(place, text('bundle.problem.layout-type', { mediaType: descriptor.mediaType }));
    return document;
  };
  const manifest = await visit(chosen);
  return { manifest, blobs: [...blobs.values()] };
}
