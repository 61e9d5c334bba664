import { existsSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../../../contract/text.ts';
import { byCodePoint } from '../canonical.ts';
import { invalid } from '../source/place.ts';
import { openArchive } from './archive.ts';
import { openLayout } from './layout.ts';
import { isRemoteImage, openRemote, type RemoteOptions } from './remote.ts';
import type { ImageStore } from './store.ts';

/** The places that images come from, each opened once; they stay open until the bundle is written. */
export type ImageSources = {
  /** An OCI layout folder, a tar of images, or the address of an image at a registry; undefined for anything else. Errors: release-invalid, registry-*. */
  readonly open: (source: string, place: string) => Promise<ImageStore | undefined>;
  readonly close: () => Promise<void>;
};

export function createImageSources(options: RemoteOptions): ImageSources {
  const known = new Map<string, Promise<ImageStore | undefined>>();
  return {
    open: (source, place) => {
      const store = known.get(source) ?? openSource(source, place, options);
      known.set(source, store);
      return store;
    },
    close: async () => {
      const opened = await Promise.allSettled(known.values());
      for (const store of opened) if (store.status === 'fulfilled') await store.value?.close();
    },
  };
}

async function openSource(source: string, place: string, options: RemoteOptions): Promise<ImageStore | undefined> {
  if (isRemoteImage(source)) return await openRemote(source, place, options);
  if ((await stat(source).catch(() => undefined))?.isFile()) return await openArchive(source, place);
  return isLayout(source) ? await openLayout(source, place) : undefined;
}

const isLayout = (folder: string): boolean => existsSync(join(folder, 'oci-layout'));

/** What one argument of `--images` means: itself, or the layouts and tars right below a folder. Error: release-invalid. */
export async function sourcesIn(given: string): Promise<readonly string[]> {
  if (isRemoteImage(given) || isLayout(given)) return [given];
  const found = await stat(given).catch(() => undefined);
  if (found === undefined) throw invalid(given, text('bundle.problem.nothing-there'));
  if (!found.isDirectory()) return [given];
  const below = (await readdir(given)).sort(byCodePoint).map((name) => join(given, name));
  const sources = below.filter((path) => isLayout(path) || path.endsWith('.tar'));
  if (sources.length === 0) throw invalid(given, text('bundle.problem.no-layout'));
  return sources;
}
