import type { Readable } from 'node:stream';
import { byCodePoint } from '../canonical.ts';
import { layerEntries } from '../image/layer-reader.ts';
import { type Found, type FoundPackage, readerOf } from './packages.ts';

/** What a layer tells of packages, by the path of the file that tells it, and what it takes away of the layers below. */
export type LayerFound = {
  readonly found: ReadonlyMap<string, Found>;
  readonly removed: readonly string[];
  /** Folders whose earlier content is gone altogether. */
  readonly emptied: readonly string[];
};

export type ImagePackages = {
  readonly system: { readonly id: string; readonly version: string } | undefined;
  readonly packages: readonly FoundPackage[];
};

/** Larger files tell nothing of packages; a status file of a full desktop has 5 MB. */
const largest = 64 * 1024 ** 2;
const whiteout = /^(.*\/|)\.wh\.([^/]+)$/;

/** Reads a layer once, without unpacking it. What is not a tar (an artifact's content) tells nothing. */
export async function readLayer(layer: Readable): Promise<LayerFound> {
  const found = new Map<string, Found>();
  const removed: string[] = [];
  const emptied: string[] = [];
  try {
    for await (const entry of layerEntries(layer)) {
      const [, folder = '', name] = whiteout.exec(entry.path) ?? [];
      if (name === '.wh..opq') emptied.push(folder);
      else if (name !== undefined) removed.push(`${folder}${name}`);
      const read = entry.isFile && entry.size <= largest ? readerOf(entry.path) : undefined;
      const told = read?.((await entry.content()).toString('utf8'));
      if (told !== undefined) found.set(entry.path, told);
    }
  } catch {
    return { found: new Map(), removed: [], emptied: [] };
  }
  return { found, removed, emptied };
}

/** What an image holds once its layers lie one on the other. */
export function packagesOf(layers: readonly LayerFound[]): ImagePackages {
  const files = new Map<string, Found>();
  for (const { found, removed, emptied } of layers) {
    for (const path of files.keys()) {
      if (removed.some((gone) => path === gone || path.startsWith(`${gone}/`))) files.delete(path);
      if (emptied.some((folder) => path.startsWith(folder))) files.delete(path);
    }
    for (const [path, told] of found) files.set(path, told);
  }
  const told = [...files.values()];
  const system = told.find((entry) => entry.type === 'system');
  const licences = new Map(told.flatMap((entry) => (entry.type === 'copyright' ? [[entry.name, entry.licences]] : [])));
  const packages = told.flatMap((entry) => (entry.type === 'packages' ? entry.packages : []));
  return {
    system,
    packages: packages
      .map((each) => (each.kind === 'deb' ? { ...each, licences: licences.get(each.name) ?? [] } : each))
      .sort((a, b) => byCodePoint(`${a.kind}/${a.name}@${a.version}`, `${b.kind}/${b.name}@${b.version}`)),
  };
}
