import type { KeyObject } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { SitewrightError } from '../../contract/errors.ts';
import { text } from '../../contract/text.ts';
import { type Blob, blobOf, digestOf } from './blob.ts';
import { byCodePoint, canonicalJson } from './canonical.ts';
import { type BundleManifest, defaultPartSize, manifestFile, signatureFile } from './format.ts';
import type { BuiltImage } from './image/image.ts';
import { type SigningKey, signingKeyOf } from './keys.ts';
import { writeParts } from './parts.ts';
import type { ReleaseFile, ReleaseImage } from './release.ts';
import { watchMaterials } from './sbom/make.ts';
import { sbomMediaType, sbomPath } from './sbom/path.ts';
import { signBytes } from './signature.ts';
import type { BuiltProgram } from './source/registry-program.ts';

/** What a bundle is made of, checked already. */
export type BundleContent = {
  /** Absent for a bundle of images only. */
  readonly release?: ReleaseFile;
  readonly images: readonly BuiltImage[];
  readonly files: readonly FileOfBundle[];
  /** Programs for hosts, each a file of the bundle, too. */
  readonly programs?: readonly BuiltProgram[];
};

export type FileOfBundle = { readonly path: string; readonly blob: Blob };

export type WriteOptions = BundleContent & {
  readonly out: string;
  /** Ed25519, as a key or as PKCS8 PEM. */
  readonly signingKey: KeyObject | string;
  /** Largest size of a part in bytes; 3.9 GiB when absent. */
  readonly partSize?: number;
  /** Bytes written, of all bytes. */
  readonly written: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
};

export type WrittenBundle = {
  readonly out: string;
  /** Digest of the manifest: names exactly this build. */
  readonly digest: string;
  /** Fingerprint of the signing key. */
  readonly fingerprint: string;
  readonly images: readonly ReleaseImage[];
  readonly parts: BundleManifest['parts'];
  readonly blobs: number;
  readonly bytes: number;
};

/** Writes the parts, then the signature, then the manifest. An older bundle in the folder is replaced. Error: usage-invalid. */
export async function writeBundle(options: WriteOptions): Promise<WrittenBundle> {
  const { release, images, programs = [], signal } = options;
  const files = [...options.files, ...programs].sort((a, b) => byCodePoint(a.path, b.path));
  const key = signingKeyOf(options.signingKey);
  const partSize = options.partSize ?? defaultPartSize;
  if (!Number.isInteger(partSize) || partSize < 1)
    throw new SitewrightError('usage-invalid', {
      problem: text('usage.size', { option: '--part-size', value: partSize }),
    });
  const blobs = uniqueBlobs([...files.map(({ blob }) => blob), ...images.flatMap((image) => image.blobs)]);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  const described: FileOfBundle[] = [];
  const content = async function* (): AsyncGenerator<Blob> {
    const materials = await watchMaterials(images, programs);
    for (const blob of blobs) yield materials.watched(blob);
    if (images.length === 0 && programs.length === 0) return;
    const sbom = blobOf(materials.document(release && { name: release.name, version: release.version }), sbomMediaType);
    described.push({ path: sbomPath, blob: sbom });
    // It may be a file that the release names already, or an empty one like another.
    if (!blobs.some(({ digest }) => digest === sbom.digest)) yield sbom;
  };

  await removeBundle(options.out);
  let done = 0;
  const written = await writeParts(options.out, content(), partSize, {
    ...(signal && { signal }),
    written: (bytes) => {
      done += bytes;
      options.written(done, total);
    },
  });
  return await sealBundle(options.out, key, {
    ...(release === undefined ? { format: 2 } : { format: 1, release }),
    images: images.map(({ image }) => image),
    files: [...files, ...described].map(({ path, blob }) => ({
      ...{ path, digest: blob.digest, size: blob.size, mediaType: blob.mediaType },
    })),
    blobs: [...written.blobs],
    parts: [...written.parts],
  });
}

/** Writes the signature, then the manifest: without it, a build that was broken off is no bundle. */
export async function sealBundle(out: string, key: SigningKey, manifest: BundleManifest): Promise<WrittenBundle> {
  const bytes = Buffer.from(canonicalJson(manifest));
  await writeFileDurably(join(out, signatureFile), Buffer.from(canonicalJson(signBytes(bytes, key))));
  await writeFileDurably(join(out, manifestFile), bytes);
  return {
    out,
    digest: digestOf(bytes),
    fingerprint: key.fingerprint,
    images: manifest.images,
    parts: manifest.parts,
    blobs: manifest.blobs.length,
    bytes: manifest.blobs.reduce((sum, { size }) => sum + size, 0),
  };
}

/** Each blob once, in the order of their first places. */
export function uniqueBlobs(blobs: readonly Blob[]): readonly Blob[] {
  return [...new Map(blobs.map((blob) => [blob.digest, blob])).values()];
}

/** Takes away the files of an older bundle, its manifest first. */
export async function removeBundle(folder: string): Promise<void> {
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
