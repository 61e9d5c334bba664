import { z } from 'zod';
import { digestSchema as digest } from './digest.ts';
import { releaseFileSchema, releaseImageSchema } from './release.ts';

/** Names of the files that make a bundle, besides its parts. */
export const manifestFile = 'manifest.json';
export const signatureFile = 'manifest.sig';

/** 3.9 GiB: FAT32 takes files of less than 4 GiB. */
export const defaultPartSize = Math.floor(3.9 * 1024 ** 3);

const bytes = z.number().int().min(0);
const partName = z.string().regex(/^part-\d{4,6}\.swb$/);
/** A relative path with `/` that cannot lead out of its folder. */
const path = z.string().regex(/^(?!\/)(?!.*(?:^|\/)\.{1,2}(?:\/|$))[^\\\0]+$/);

/** A file of the release by its path: its bytes are the blob of that digest. */
const fileSchema = z.strictObject({ path, digest, size: bytes, mediaType: z.string() });

/**
 * Where a blob lies. It begins in `part` at `offset`; what does not fit there goes on at the beginning of the next part,
 * which happens only to a blob that is larger than a part.
 */
const blobSchema = z.strictObject({ digest, size: bytes, mediaType: z.string(), part: partName, offset: bytes });
export type BlobEntry = z.infer<typeof blobSchema>;

const partSchema = z.strictObject({ name: partName, digest, size: bytes });
export type PartEntry = z.infer<typeof partSchema>;

/** A blob that the site holds already: it is named by a delta and not in it. */
const baseSchema = z.strictObject({
  digest,
  size: bytes,
  /** Where the site's registry holds it, as the release names repositories. */
  repositories: z.array(z.string()).min(1),
});
export type BaseBlob = z.infer<typeof baseSchema>;

/** A layer that is made at the site from one that the site holds and a patch in this bundle. */
const patchSchema = z.strictObject({
  digest,
  size: bytes,
  /** Digest of a blob of `base`. */
  base: digest,
  /** Digest of a blob of this bundle. */
  patch: digest,
  /** How the new content is packed to give exactly the layer's bytes. */
  packing: z.enum(['none', 'gzip-1', 'gzip-2', 'gzip-3', 'gzip-4', 'gzip-5', 'gzip-6', 'gzip-7', 'gzip-8', 'gzip-9']),
  /** The layer's own gzip header, base64; empty where it has none. */
  header: z.string(),
});
export type LayerPatch = z.infer<typeof patchSchema>;

/** What makes a bundle a delta: what it leaves out, and for whom. */
const deltaSchema = z.strictObject({
  site: z.string(),
  /** Digest of the signed inventory that it was made for. */
  inventory: digest,
  /** Digest of the bundle that it brings the site to. */
  target: digest,
  base: z.array(baseSchema),
  patches: z.array(patchSchema),
  /** How the builder's compressor packs a fixed text; patches need one that packs alike. */
  packer: digest,
});
export type Delta = z.infer<typeof deltaSchema>;

/** `manifest.json`: canonical JSON, whose exact bytes are signed. */
export const bundleManifestSchema = z.strictObject({
  /** 1: a release with its images. 2: images only. 3: a delta of either. */
  format: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  release: releaseFileSchema.optional(),
  delta: deltaSchema.optional(),
  images: z.array(releaseImageSchema),
  files: z.array(fileSchema),
  blobs: z.array(blobSchema),
  /** In the order in which blobs go on from one into the next. */
  parts: z.array(partSchema),
});
export type BundleManifest = z.infer<typeof bundleManifestSchema>;

/** A stretch of one part. */
export type Extent = { readonly part: string; readonly offset: number; readonly length: number };

/** The stretches of a blob from a byte of it on. */
export function extentsOf(blob: BlobEntry, parts: readonly PartEntry[], from = 0): readonly Extent[] {
  const extents: Extent[] = [];
  let index = parts.findIndex(({ name }) => name === blob.part);
  let position = blob.offset;
  let skip = from;
  let left = blob.size;
  while (left > 0 && index >= 0 && index < parts.length) {
    const { name, size } = parts[index]!;
    const length = Math.min(left, size - position);
    if (skip < length) extents.push({ part: name, offset: position + skip, length: length - skip });
    skip = Math.max(0, skip - length);
    left -= length;
    position = 0;
    index += 1;
  }
  return extents;
}

/** What contradicts itself in a manifest that fits the schema; undefined when all is well. */
export function contradictionIn(manifest: BundleManifest): string | undefined {
  if (manifest.format !== 3 && (manifest.format === 1) !== (manifest.release !== undefined))
    return `release: does not fit format ${manifest.format}`;
  if ((manifest.format === 3) !== (manifest.delta !== undefined))
    return `delta: does not fit format ${manifest.format}`;
  const known = new Set<string>();
  const parts = new Map(manifest.parts.map((part) => [part.name, part]));
  if (parts.size !== manifest.parts.length) return 'parts: double name';
  for (const blob of manifest.blobs) {
    if (known.has(blob.digest)) return `blobs: ${blob.digest} twice`;
    known.add(blob.digest);
    const part = parts.get(blob.part);
    if (part === undefined || blob.offset > part.size) return `blobs: ${blob.digest} lies outside of the parts`;
    const length = extentsOf(blob, manifest.parts).reduce((sum, extent) => sum + extent.length, 0);
    if (length !== blob.size) return `blobs: ${blob.digest} lies outside of the parts`;
  }
  for (const { path: name, digest: wanted } of manifest.files)
    if (!known.has(wanted)) return `files: ${name} has no blob`;
  for (const { reference, digest: wanted } of manifest.images)
    if (!known.has(wanted)) return `images: ${reference} has no blob`;
  return manifest.delta && contradictionInDelta(manifest.delta, known);
}

function contradictionInDelta({ base, patches }: Delta, carried: ReadonlySet<string>): string | undefined {
  const held = new Set(base.map(({ digest: name }) => name));
  for (const { digest: name } of [...base, ...patches]) if (carried.has(name)) return `delta: ${name} is in the bundle`;
  for (const { digest: name, base: from, patch } of patches)
    if (!held.has(from) || !carried.has(patch) || held.has(name)) return `delta: the patch to ${name} lacks its base`;
  return undefined;
}
