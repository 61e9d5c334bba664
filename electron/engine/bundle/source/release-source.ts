import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from '../../../contract/text.ts';
import { byCodePoint } from '../canonical.ts';
import { type ReleaseFile, releaseFileSchema } from '../release.ts';
import { invalid } from './place.ts';
import { parseYamlFile, type YamlFile } from './yaml-file.ts';

export const releaseFileName = 'release.yaml';

/** The folder of a release with its `release.yaml`, and every file that it names. */
export type ReleaseSource = {
  readonly folder: string;
  readonly file: ReleaseFile;
  readonly place: YamlFile<ReleaseFile>['place'];
  /** Path and content of every named file but generated ones, in the order of their paths, `release.yaml` first. */
  readonly files: ReadonlyMap<string, Buffer>;
};

/** Reads the release and makes sure that all it names exists. Error: release-invalid with line and column. */
export async function readReleaseSource(folder: string): Promise<ReleaseSource> {
  const content = await readFile(join(folder, releaseFileName)).catch((error: unknown) => {
    throw invalid(releaseFileName, text('bundle.problem.file-missing', { path: join(folder, releaseFileName) }), error);
  });
  const { value: file, place } = parseYamlFile(releaseFileName, content.toString('utf8'), releaseFileSchema);
  const files = new Map<string, Buffer>([[releaseFileName, content]]);
  const named = namedPaths(file).sort((a, b) => byCodePoint(a.path, b.path));
  for (const { path, at } of named) {
    if (!isInside(path)) throw invalid(place(at), text('bundle.problem.outside', { path }));
    if (files.has(path)) throw invalid(place(at), text('bundle.problem.twice', { name: path }));
    const found = await stat(join(folder, path)).catch(() => undefined);
    if (!found?.isFile()) throw invalid(place(at), text('bundle.problem.file-missing', { path }));
    files.set(path, await readFile(join(folder, path)));
  }
  const twice = firstDouble(file.images.map(({ reference }) => reference));
  if (twice !== undefined)
    throw invalid(
      place(['images', twice, 'reference']),
      text('bundle.problem.twice', { name: file.images[twice]!.reference }),
    );
  return { folder, file, place, files };
}

type Named = { readonly path: string; readonly at: readonly PropertyKey[] };

function namedPaths(file: ReleaseFile): Named[] {
  const list = (paths: readonly string[], ...at: readonly PropertyKey[]): Named[] =>
    paths.map((path, index) => ({ path, at: [...at, index] }));
  const history = file.database.history.map(({ generator, file: path }, index) =>
    generator === undefined ? { path, at: ['database', 'history', index, 'file'] } : undefined,
  );
  const documents = file.documents.flatMap(({ file: paths }, index) =>
    (['zh-CN', 'en-US'] as const).map((locale) => ({ path: paths[locale], at: ['documents', index, 'file', locale] })),
  );
  return [
    { path: file.parameters, at: ['parameters'] },
    { path: file.checks, at: ['checks'] },
    ...list(file.manifests, 'manifests'),
    ...list(file.jobs, 'jobs'),
    ...list(file.monitoring, 'monitoring'),
    ...list(file.storage, 'storage'),
    ...list(file.database.migrations, 'database', 'migrations'),
    ...list(file.database.configuration, 'database', 'configuration'),
    ...list(file.suites, 'suites'),
    ...history.filter((entry) => entry !== undefined),
    ...documents,
    ...(file.registry === undefined ? [] : [{ path: file.registry.licence.file, at: ['registry', 'licence', 'file'] }]),
  ];
}

/** A relative path with `/` that stays in the release's folder. */
export function isInside(path: string): boolean {
  return (
    path !== '' &&
    !/^\/|\\|\0|^[A-Za-z]:/.test(path) &&
    !path.split('/').some((part) => part === '..' || part === '.' || part === '')
  );
}

function firstDouble(names: readonly string[]): number | undefined {
  const index = names.findIndex((name, position) => names.indexOf(name) !== position);
  return index < 0 ? undefined : index;
}
