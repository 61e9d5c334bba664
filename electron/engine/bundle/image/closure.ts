import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { z } from 'zod';
import { text } from '../../../contract/text.ts';
import { byCodePoint } from '../canonical.ts';
import { invalid } from '../source/place.ts';
import { filesOf, type LayerFile } from './folder-files.ts';

const packageSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  dependencies: z.record(z.string(), z.string()).optional(),
});

/** A package of the closure: its folder, and its path below node_modules (nested ones keep their place). */
type Package = { readonly folder: string; readonly path: string };

/**
 * The files of a package and of everything in its `dependencies`, found as Node finds them. Optional, peer and
 * development dependencies stay out. Error: release-invalid when one is not installed.
 */
export async function closureFiles(name: string, from: string, place: string): Promise<readonly LayerFile[]> {
  const found = new Map<string, Package>();
  const first = resolvePackage(name, from);
  if (first === undefined) throw invalid(place, text('bundle.problem.package', { package: name }));
  const root = dirname(name.startsWith('@') ? dirname(first) : first);
  const visit = async (folder: string): Promise<void> => {
    if (found.has(folder)) return;
    const path = relative(root, folder).split(sep).join('/');
    if (path.startsWith('..')) throw invalid(place, text('bundle.problem.package-outside', { package: folder }));
    found.set(folder, { folder, path });
    const { dependencies = {} } = packageSchema.parse(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    for (const dependency of Object.keys(dependencies).sort(byCodePoint)) {
      const next = resolvePackage(dependency, folder);
      if (next === undefined) throw invalid(place, text('bundle.problem.package', { package: dependency }));
      await visit(next);
    }
  };
  await visit(first);

  const files: LayerFile[] = [];
  for (const { folder, path } of found.values()) {
    const own = await filesOf(folder, (inner) => inner === 'node_modules' || inner.endsWith('/node_modules'));
    files.push(...own.map((file) => ({ ...file, path: `${path}/${file.path}` })));
  }
  return files.sort((a, b) => byCodePoint(a.path, b.path));
}

/** Walks up the folders as Node's resolution does. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
