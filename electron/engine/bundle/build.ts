import type { KeyObject } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import { type Blob, blobOf } from './blob.ts';
import { buildImage, type LayerCache } from './image/image.ts';
import { createImageSources, type ImageSources } from './image/sources.ts';
import type { ReleaseFile } from './release.ts';
import { checkDataFiles } from './source/data-files.ts';
import { type BuiltHistory, buildHistory } from './source/history.ts';
import { imagesIn, imagesInArguments, readManifestStrings } from './source/kubernetes-file.ts';
import { readParameterSchema } from './source/parameters.ts';
import { checkPlaceholders } from './source/placeholders.ts';
import { readRegistryPrograms } from './source/registry-program.ts';
import { type ReleaseSource, readReleaseSource } from './source/release-source.ts';
import { mediaTypeOf } from './text-path.ts';
import { type WrittenBundle, writeBundle } from './write.ts';

export type BuildOptions = {
  /** Folder of `release.yaml`. */
  readonly source: string;
  /** Folder for the bundle; made when absent. An older bundle in it is replaced. */
  readonly out: string;
  /** Ed25519, as a key or as PKCS8 PEM. */
  readonly signingKey: KeyObject | string;
  /** Largest size of a part in bytes; 3.9 GiB when absent. */
  readonly partSize?: number;
  /** PEM certificates to trust besides the public ones, where images come from a registry. */
  readonly authorities?: readonly string[];
  /** Bytes written of all bytes, with what is being done. */
  readonly progress?: (done: number, total: number, note: Text) => void;
  readonly signal?: AbortSignal;
};

export type BuildResult = WrittenBundle & { readonly release: ReleaseFile };

/**
 * Makes a signed bundle of a release: checks all of it, builds its images, and proves that every image that a manifest
 * names is inside. The same input gives the same bytes. Errors: release-invalid, bundle-image-missing, usage-invalid, cancelled.
 */
export async function buildBundle(options: BuildOptions): Promise<BuildResult> {
  const sources = createImageSources({ authorities: options.authorities ?? [] });
  try {
    return await buildFrom(sources, options);
  } finally {
    await sources.close();
  }
}

async function buildFrom(sources: ImageSources, options: BuildOptions): Promise<BuildResult> {
  const tell = (note: Text, done = 0, total = 0): void => {
    if (options.signal?.aborted) throw new SitewrightError('cancelled');
    options.progress?.(done, total, note);
  };

  tell(text('bundle.build.check'));
  const source = await readReleaseSource(options.source);
  const references = checkRelease(source);
  proveImagesNamed([...references, ...declaredImages(source)], source.file);

  const programs = await readRegistryPrograms(source);

  tell(text('bundle.build.images'));
  const layers: LayerCache = new Map();
  const images = [];
  for (const index of source.file.images.keys()) images.push(await buildImage(source, index, layers, sources));

  tell(text('bundle.build.history'));
  const history = await buildHistory(source, options.signal);

  const release = releaseInBundle(source.file, history);
  const files = filesInBundle(source, history);
  const written = await writeBundle({
    ...options,
    release,
    images,
    files,
    programs,
    written: (done, total) => tell(text('bundle.build.write'), done, total),
  });
  return { ...written, release };
}

type ImageReference = { readonly image: string; readonly where: string };

/** Checks every text of the release and gives the image references that its manifests make. Error: release-invalid. */
function checkRelease(source: ReleaseSource): readonly ImageReference[] {
  const { file, files } = source;
  const content = (path: string): string => files.get(path)?.toString('utf8') ?? '';
  const parameters = readParameterSchema(file.parameters, content(file.parameters));
  checkDataFiles(source);
  return [...file.manifests, ...file.jobs, ...file.monitoring, ...file.storage].flatMap((path) => {
    const strings = readManifestStrings(path, content(path));
    checkPlaceholders(strings, parameters);
    return [...imagesIn(strings), ...imagesInArguments(strings)].map(({ value, place }) => ({
      image: value,
      where: place,
    }));
  });
}

/** What the release itself declares, because no manifest shows it. */
function declaredImages({ file, place }: ReleaseSource): readonly ImageReference[] {
  const operators = (file.operatorImages ?? []).map((image, index) => ({
    image,
    where: place(['operatorImages', index]),
  }));
  return file.pauseImage === undefined
    ? operators
    : [...operators, { image: file.pauseImage, where: place(['pauseImage']) }];
}

/** An image that is named is one that gets built: reference for reference. Error: bundle-image-missing. */
function proveImagesNamed(references: readonly ImageReference[], file: ReleaseFile): void {
  const known = new Set(file.images.map(({ reference }) => reference));
  for (const { image, where } of references) {
    if (!known.has(image)) throw new SitewrightError('bundle-image-missing', { image, where });
  }
}

function releaseInBundle(file: ReleaseFile, history: readonly BuiltHistory[]): ReleaseFile {
  return { ...file, database: { ...file.database, history: history.map(({ entry }) => entry) } };
}

function filesInBundle(
  source: ReleaseSource,
  history: readonly BuiltHistory[],
): readonly { readonly path: string; readonly blob: Blob }[] {
  const files = new Map([...source.files].map(([path, content]) => [path, blobOf(content, mediaTypeOf(path))]));
  for (const { path, blob } of history) files.set(path, blob);
  return [...files].map(([path, blob]) => ({ path, blob }));
}
