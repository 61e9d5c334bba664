import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../../../contract/text.ts';
import { digestPath } from '../digest.ts';
import { invalid } from '../source/place.ts';
import { indexSchema } from './read-image.ts';
import type { Descriptor, ImageStore, NamedImage } from './store.ts';

/** Where a layout's index keeps names: the annotation of containerd and its kin, or the specification's. */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];

/** An OCI layout folder. Error: release-invalid. */
export async function openLayout(folder: string, place: string): Promise<ImageStore> {
  const content = await readFile(join(folder, 'index.json'), 'utf8').catch(() => undefined);
  const fileOf = ({ digest }: Descriptor): string => join(folder, 'blobs', digestPath(digest));
  return {
    images: namedImages(content, folder, place),
    document: (descriptor) => readFile(fileOf(descriptor)).catch(() => undefined),
    size: async (descriptor) => (await stat(fileOf(descriptor)).catch(() => undefined))?.size,
    open: (descriptor) => createReadStream(fileOf(descriptor), { highWaterMark: 1024 * 1024 }),
    close: async () => undefined,
  };
}

/** What an `index.json` names: the images with all their names. Error: release-invalid. */
export function namedImages(content: string | undefined, path: string, place: string): readonly NamedImage[] {
  const index = content === undefined ? undefined : indexSchema.safeParse(parsed(content)).data;
  if (index === undefined) throw invalid(place, text('bundle.problem.layout-index', { path }));
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
