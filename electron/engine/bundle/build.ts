import { type KeyObject, sign } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import { type Blob, blobOf, digestOf } from './blob.ts';
import { byCodePoint, canonicalJson } from './canonical.ts';
import { type BundleManifest, defaultPartSize, manifestFile, signatureFile } from './format.ts';
import { buildImage, type LayerCache } from './image/image.ts';
import { signingKeyOf } from './keys.ts';
import { writeParts } from './parts.ts';
import type { ReleaseFile, ReleaseImage } from './release.ts';
import { checkDataFiles } from './source/data-files.ts';
import { type BuiltHistory, buildHistory } from './source/history.ts';
import { imagesIn, readManifestStrings } from './source/kubernetes-file.ts';
import { readParameterSchema } from './source/parameters.ts';
import { checkPlaceholders } from './source/placeholders.ts';
import { type ReleaseSource, readReleaseSource } from './source/release-source.ts';
import { mediaTypeOf } from './text-path.ts';

export type BuildOptions = {
  /** Folder of `release.yaml`. */
  readonly source: string;
  /** Folder for the bundle; made when absent. An older bundle in it is replaced. */
  readonly out: string;
  /** Ed25519, as a key or as PKCS8 PEM. */
  readonly signingKey: KeyObject | string;
  /** Largest size of a part in bytes; 3.9 GiB when absent. */
  readonly partSize?: number;
  /** Bytes written of all bytes, with what is being done. */
  readonly progress?: (done: number, total: number, note: Text) => void;
  readonly signal?: AbortSignal;
};

export type BuildResult = {
  readonly out: string;
  /** Digest of the manifest: names exactly this build. */
  readonly digest: string;
  /** Fingerprint of the signing key. */
  readonly fingerprint: string;
  readonly release: ReleaseFile;
  readonly images: readonly ReleaseImage[];
  readonly parts: BundleManifest['parts'];
  readonly blobs: number;
  readonly bytes: number;
};

/**
 * Makes a signed bundle of a release: checks all of it, builds its images, and proves that every image that a manifest
 * names is inside. The same input gives the same bytes. Errors: release-invalid, bundle-image-missing, usage-invalid, cancelled.
 */
export async function buildBundle(options: BuildOptions): Promise<BuildResult> {
  const key = signingKeyOf(options.signingKey);
  const partSize = options.partSize ?? defaultPartSize;
  if (!Number.isInteger(partSize) || partSize < 1)
    throw new SitewrightError('usage-invalid', { problem: `part size ${partSize}` });
  const tell = (note: Text, done = 0, total = 0): void => {
    if (options.signal?.aborted) throw new SitewrightError('cancelled');
    options.progress?.(done, total, note);
  };

  tell(text('bundle.build.check'));
  const source = await readReleaseSource(options.source);
  const references = checkRelease(source);
  proveImagesNamed(references, source.file);

  tell(text('bundle.build.images'));
  const layers: LayerCache = new Map();
  const images = [];
  for (const index of source.file.images.keys()) images.push(await buildImage(source, index, layers));

  tell(text('bundle.build.history'));
  const history = await buildHistory(source, options.signal);

  const release = releaseInBundle(source.file, history);
  const files = filesInBundle(source, history);
  const blobs = unique([...files.map(({ blob }) => blob), ...images.flatMap((image) => image.blobs)]);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);

  await removeBundle(options.out);
  let done = 0;
  const written = await writeParts(options.out, blobs, partSize, {
    signal: options.signal,
    written: (bytes) => {
      done += bytes;
      tell(text('bundle.build.write'), done, total);
    },
  });
  const manifest: BundleManifest = {
    format: 1,
    release,
    images: images.map(({ image }) => image),
    files: files.map(({ path, blob }) => ({ path, digest: blob.digest, size: blob.size, mediaType: blob.mediaType })),
    blobs: [...written.blobs],
    parts: [...written.parts],
  };
  const bytes = Buffer.from(canonicalJson(manifest));
  const signature = {
    algorithm: 'Ed25519',
    key: key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
    fingerprint: key.fingerprint,
    signature: sign(null, bytes, key.privateKey).toString('base64'),
  };
  await writeFileDurably(join(options.out, signatureFile), Buffer.from(canonicalJson(signature)));
  // The manifest comes last: without it, a build that was broken off is no bundle.
  await writeFileDurably(join(options.out, manifestFile), bytes);
  return {
    out: options.out,
    digest: digestOf(bytes),
    fingerprint: key.fingerprint,
    release,
    images: manifest.images,
    parts: manifest.parts,
    blobs: blobs.length,
    bytes: total,
  };
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
    return imagesIn(strings).map(({ value, place }) => ({ image: value, where: place }));
  });
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
  return [...files].map(([path, blob]) => ({ path, blob })).sort((a, b) => byCodePoint(a.path, b.path));
}

function unique(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Takes away the files of an older bundle, its manifest first. */
async function removeBundle(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await rm(join(folder, manifestFile), { force: true });
  for (const name of await readdir(folder)) {
    if (name === signatureFile || /^part-\d{4,6}\.swb$/.test(name)) await rm(join(folder, name), { force: true });
  }
}

async function writeFileDurably(file: string, content: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
