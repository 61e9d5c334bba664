import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../../../contract/text.ts';
import { byCodePoint } from '../canonical.ts';
import { invalid } from '../source/place.ts';

/** A file that goes into a layer; `path` is relative to the layer's target and uses `/`. */
export type LayerFile = { readonly path: string; readonly file: string };

/** What desktops leave in folders. */
const litter: ReadonlySet<string> = new Set(['.DS_Store', 'Thumbs.db', 'desktop.ini']);

/** All files of a folder in a fixed order. A symbolic link would mean something else elsewhere and is refused. Error: release-invalid. */
export async function filesOf(
  folder: string,
  skip: (path: string) => boolean,
  prefix = '',
): Promise<readonly LayerFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files: LayerFile[] = [];
  for (const entry of entries.sort((a, b) => byCodePoint(a.name, b.name))) {
    const path = `${prefix}${entry.name}`;
    const file = join(folder, entry.name);
    if (litter.has(entry.name) || skip(path)) continue;
    if (entry.isDirectory()) files.push(...(await filesOf(file, skip, `${path}/`)));
    else if (entry.isFile()) files.push({ path, file });
    else throw invalid(file, text('bundle.problem.not-file'));
  }
  return files;
}
