import { addAbortSignal, Readable } from 'node:stream';
import { SitewrightError } from '../../contract/errors.ts';
import type { Bundle, ReleaseBundle } from './bundle.ts';
import { type BlobEntry, extentsOf, manifestFile } from './format.ts';
import { readManifest } from './manifest.ts';
import { createPartReader, findPart } from './reader.ts';
import type { Release, ReleaseText } from './release.ts';
import { sbomPath } from './sbom/path.ts';
import { isTextPath } from './text-path.ts';

/** Opens a bundle that brings a release. Errors: as openBundle, and bundle-without-release. */
export async function openReleaseBundle(folders: readonly string[]): Promise<ReleaseBundle> {
  return withRelease(await openBundle(folders), folders);
}

/** The same bundle, known to bring a release. Error: bundle-without-release. */
export function withRelease(bundle: Bundle, folders: readonly string[]): ReleaseBundle {
  const { release } = bundle;
  if (release === undefined) throw new SitewrightError('bundle-without-release', { folder: folders.join(', ') });
  return { ...bundle, release };
}

/** Whether the folders still hold the bundle that was opened there: a stick may have been changed for another. */
export async function isSameBundle(bundle: Bundle, folders: readonly string[]): Promise<boolean> {
  const now = await readManifest(folders).catch(() => undefined);
  return now?.digest === bundle.digest && now.signature.valid === bundle.signature.valid;
}

/**
 * Opens a bundle whose manifest and parts lie in any of the folders, and reads its small texts. Nothing is copied.
 * A missing or wrong signature does not stop it: see `release.signature`, such a bundle is for viewing only.
 * Errors: bundle-not-found, bundle-invalid, bundle-part-missing, bundle-part-corrupt.
 */
export async function openBundle(folders: readonly string[]): Promise<Bundle> {
  const { manifest, digest, signature } = await readManifest(folders);
  const blobs = new Map(manifest.blobs.map((blob) => [blob.digest, blob]));
  const files = new Map<string, string>();
  for (const part of manifest.parts) {
    const found = await findPart(folders, part);
    if (found === undefined)
      throw new SitewrightError('bundle-part-missing', { part: part.name, folder: folders.join(', ') });
    if (found.size !== part.size) {
      const cut = manifest.blobs.find((blob) => endsBehind(blob, part.name, found.size));
      throw new SitewrightError('bundle-part-corrupt', { part: part.name, blob: cut?.digest ?? part.digest });
    }
    files.set(part.name, found.file);
  }

  function endsBehind(blob: BlobEntry, part: string, size: number): boolean {
    return extentsOf(blob, manifest.parts).some(
      (extent) => extent.part === part && extent.offset + extent.length > size,
    );
  }
  const reader = createPartReader(manifest.parts, files);
  const entryOf = (wanted: string): BlobEntry => {
    const blob = blobs.get(wanted);
    if (blob === undefined)
      throw new SitewrightError('bundle-invalid', { file: manifestFile, problem: `blobs: ${wanted}` });
    return blob;
  };
  const read = async (wanted: string): Promise<Buffer> => {
    const chunks: Buffer[] = [];
    for await (const chunk of reader.read(entryOf(wanted), 0)) chunks.push(chunk);
    return Buffer.concat(chunks);
  };

  const texts = new Map<string, ReleaseText>();
  const binaries = new Map<string, { digest: string; size: number }>();
  try {
    for (const file of manifest.files) {
      // Large, and of no use to a walk: read when it is asked for.
      if (file.path === sbomPath) continue;
      if (!isTextPath(file.path)) binaries.set(file.path, { digest: file.digest, size: file.size });
      else
        texts.set(file.path, {
          path: file.path,
          digest: file.digest,
          content: (await read(file.digest)).toString('utf8'),
        });
    }
  } catch (error) {
    await reader.close();
    throw error;
  }

  const { images, delta } = manifest;
  const elsewhere = new Map(
    [...(delta?.base ?? []), ...(delta?.patches ?? [])].map((blob) => [blob.digest, blob.size]),
  );
  const release: Release | undefined = manifest.release && {
    file: manifest.release,
    digest,
    signature,
    images,
    ...(delta && { base: { blobs: delta.base.length } }),
    texts,
    blobs: binaries,
  };
  return {
    ...(release && { release }),
    ...(delta && { delta }),
    images,
    digest,
    signature,
    files: new Map(manifest.files.map(({ path, digest: content, size }) => [path, { digest: content, size }])),
    figures: {
      parts: manifest.parts.length,
      blobs: manifest.blobs.length,
      bytes: manifest.blobs.reduce((sum, { size }) => sum + size, 0),
    },
    size: (wanted) => blobs.get(wanted)?.size ?? elsewhere.get(wanted),
    open: (wanted, options = {}) => {
      const content = reader.read(entryOf(wanted), options.offset ?? 0, options.signal);
      const stream = Readable.from(content, { objectMode: false, highWaterMark: 1024 * 1024 });
      return options.signal === undefined ? stream : addAbortSignal(options.signal, stream);
    },
    pieces: (wanted, memory, { offset = 0, signal } = {}) => reader.read(entryOf(wanted), offset, signal, memory),
    read,
    close: reader.close,
  };
}
