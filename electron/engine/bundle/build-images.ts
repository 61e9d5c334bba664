import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import type { BuildOptions } from './build.ts';
import { byCodePoint } from './canonical.ts';
import type { BuiltImage } from './image/image.ts';
import { listLayout, readLayoutImage } from './image/layout.ts';
import { splitReference, withoutRegistry } from './image/reference.ts';
import { invalid } from './source/place.ts';
import { type WrittenBundle, writeBundle } from './write.ts';

export type ImageBuildOptions = Omit<BuildOptions, 'source'> & {
  /** OCI layout folders, or folders of such. */
  readonly layouts: readonly string[];
};

/**
 * Makes a signed bundle of images only: every image that the layouts name. The same input gives the same bytes.
 * Errors: release-invalid, usage-invalid, cancelled.
 */
export async function buildImageBundle(options: ImageBuildOptions): Promise<WrittenBundle> {
  const images = new Map<string, BuiltImage>();
  for (const given of options.layouts) {
    for (const folder of await layoutsIn(resolve(given))) {
      for (const image of await imagesOf(folder)) {
        const known = images.get(image.image.reference);
        if (known !== undefined && known.image.digest !== image.image.digest)
          throw invalid(folder, text('bundle.problem.twice', { name: image.image.reference }));
        images.set(image.image.reference, image);
      }
    }
  }
  if (images.size === 0) throw invalid(options.layouts.join(', '), text('bundle.problem.no-images'));
  const sorted = [...images.values()].sort((a, b) => byCodePoint(a.image.reference, b.image.reference));
  return await writeBundle({
    ...options,
    images: sorted,
    files: [],
    written: (done, total) => {
      if (options.signal?.aborted) throw new SitewrightError('cancelled');
      options.progress?.(done, total, text('bundle.build.write'));
    },
  });
}

/** The folder itself where it is a layout, else the layouts right below it. Error: release-invalid. */
async function layoutsIn(folder: string): Promise<readonly string[]> {
  const isLayout = (path: string) => existsSync(join(path, 'oci-layout'));
  if (isLayout(folder)) return [folder];
  const below = (await readdir(folder).catch(() => [])).sort(byCodePoint).map((name) => join(folder, name));
  const layouts = below.filter(isLayout);
  if (layouts.length === 0) throw invalid(folder, text('bundle.problem.no-layout'));
  return layouts;
}

/** Every image of a layout under each of its names. One that is named by a tag alone is called after its folder. */
async function imagesOf(folder: string): Promise<readonly BuiltImage[]> {
  const made: BuiltImage[] = [];
  for (const { names, descriptor } of await listLayout(folder, folder)) {
    if (names.length === 0) throw invalid(folder, text('bundle.problem.layout-unnamed', { digest: descriptor.digest }));
    const { manifest, blobs } = await readLayoutImage(folder, descriptor, folder);
    const references = names.map((name) =>
      withoutRegistry(/[:/]/.test(name) ? name : `${basename(folder).toLowerCase()}:${name}`),
    );
    for (const reference of new Set(references)) {
      const name = splitReference(reference);
      if (name === undefined) throw invalid(folder, text('bundle.problem.reference', { reference }));
      const { digest, size, mediaType } = manifest;
      made.push({ image: { reference, ...name, digest, mediaType, size }, blobs });
    }
  }
  return made;
}
