import { basename, resolve } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import type { BuildOptions } from './build.ts';
import { byCodePoint } from './canonical.ts';
import { type BuiltImage, namedImage } from './image/image.ts';
import { readStoredImage } from './image/read-image.ts';
import { splitReference, withoutRegistry } from './image/reference.ts';
import { isRemoteImage, withoutAccount } from './image/remote.ts';
import { createImageSources, type ImageSources, sourcesIn } from './image/sources.ts';
import { invalid } from './source/place.ts';
import { type WrittenBundle, writeBundle } from './write.ts';

export type ImageBuildOptions = Omit<BuildOptions, 'source'> & {
  /** OCI layout folders, tars of images, folders of such, or addresses of images at registries. */
  readonly from: readonly string[];
};

/**
 * Makes a signed bundle of images only: every image that the places name. The same input gives the same bytes.
 * Errors: release-invalid, registry-*, usage-invalid, cancelled.
 */
export async function buildImageBundle(options: ImageBuildOptions): Promise<WrittenBundle> {
  const sources = createImageSources({ authorities: options.authorities ?? [] });
  try {
    return await buildFrom(sources, options);
  } finally {
    await sources.close();
  }
}

async function buildFrom(sources: ImageSources, options: ImageBuildOptions): Promise<WrittenBundle> {
  const images = new Map<string, BuiltImage>();
  for (const given of options.from) {
    for (const source of await sourcesIn(isRemoteImage(given) ? given : resolve(given))) {
      for (const image of await imagesOf(source, sources)) {
        const known = images.get(image.image.reference);
        if (known !== undefined && known.image.digest !== image.image.digest)
          throw invalid(withoutAccount(source), text('bundle.problem.twice', { name: image.image.reference }));
        images.set(image.image.reference, image);
      }
    }
  }
  if (images.size === 0) throw invalid(options.from.join(', '), text('bundle.problem.no-images'));
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

/** Every image of a place under its name. One that is named by a tag alone is called after its folder. Error: release-invalid. */
async function imagesOf(source: string, sources: ImageSources): Promise<readonly BuiltImage[]> {
  const place = withoutAccount(source);
  const store = await sources.open(source, place);
  if (store === undefined) throw invalid(place, text('bundle.problem.no-layout'));
  const made: BuiltImage[] = [];
  for (const { names, descriptor } of store.images) {
    if (names.length === 0) throw invalid(place, text('bundle.problem.layout-unnamed', { digest: descriptor.digest }));
    const { manifest, blobs } = await readStoredImage(store, descriptor, place);
    const full = names.filter((name) => /[:/]/.test(name));
    const references = (
      full.length > 0 ? full : names.map((tag) => `${basename(source, '.tar').toLowerCase()}:${tag}`)
    ).map(withoutRegistry);
    for (const reference of new Set(references)) {
      const name = splitReference(reference);
      if (name === undefined) throw invalid(place, text('bundle.problem.reference', { reference }));
      made.push(namedImage(reference, name, manifest, blobs));
    }
  }
  return made;
}
