import { z } from 'zod';
import { errorViewSchema, textSchema } from './views.ts';

/** A bundle in figures. */
export const bundleViewSchema = z.object({
  /** The release; absent in a bundle of images only. */
  release: z.object({ name: z.string(), version: z.string(), title: textSchema }).optional(),
  digest: z.string(),
  /** `found` is false where the bundle is not signed; `key` is the signer's fingerprint, empty where it cannot be read. */
  signature: z.object({ found: z.boolean(), valid: z.boolean(), key: z.string() }),
  images: z.array(
    z.object({
      reference: z.string(),
      digest: z.string(),
      /** Bytes of its manifests and blobs; absent where a manifest cannot be read, as in a delta that leaves it at the site. */
      size: z.number().optional(),
    }),
  ),
  /** The registry that it brings for sites without one. */
  registry: z
    .object({
      version: z.string(),
      licence: z.string(),
      programs: z.array(z.object({ architecture: z.string(), digest: z.string(), size: z.number() })),
    })
    .optional(),
  files: z.number(),
  parts: z.number(),
  blobs: z.number(),
  /** Bytes of all blobs. */
  bytes: z.number(),
});
export type BundleView = z.infer<typeof bundleViewSchema>;

/** The same with its bill of materials, where that was asked for and is there. */
export const bundleDetailsSchema = bundleViewSchema.extend({
  /** CycloneDX, the exact text. */
  sbom: z.string().optional(),
  /** Licences as the packages state them, with the number of packages; empty words for those that state none. */
  licences: z.array(z.object({ licence: z.string(), packages: z.number() })).optional(),
});
export type BundleDetails = z.infer<typeof bundleDetailsSchema>;

export const bundleVerdictSchema = z.object({
  ok: z.boolean(),
  /** Blobs and their bytes that were found whole. */
  blobs: z.number(),
  bytes: z.number(),
  parts: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      /** It lies in none of the folders. */
      missing: z.boolean(),
      problem: textSchema.optional(),
      /** Digests of the blobs that are damaged in it. */
      blobs: z.array(z.string()),
    }),
  ),
});
export type BundleVerdictView = z.infer<typeof bundleVerdictSchema>;

/** What a verification tells while it reads; the last is `done` or `failed`. */
export const bundleVerifyEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('progress'), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('done'), verdict: bundleVerdictSchema }),
  z.object({ type: z.literal('failed'), error: errorViewSchema }),
]);
export type BundleVerifyEvent = z.infer<typeof bundleVerifyEventSchema>;

/** A site inventory that was exported. */
export const inventoryViewSchema = z.object({
  file: z.string(),
  site: z.string(),
  /** Fingerprint of the key that signed it. */
  key: z.string(),
  /** Repositories of the release that hold something. */
  repositories: z.number(),
  blobs: z.number(),
  bytes: z.number(),
});
export type InventoryView = z.infer<typeof inventoryViewSchema>;

const amount = z.object({ blobs: z.number(), bytes: z.number() });

/** A delta in figures. */
export const deltaViewSchema = bundleViewSchema.extend({
  site: z.string(),
  /** Fingerprint of the key that signed the site's inventory. */
  siteKey: z.string(),
  /** What it leaves out because the site holds it. */
  left: amount,
  /** Layers that travel as patches, and the bytes of these. */
  patched: amount.extend({ patches: z.number() }),
});
export type DeltaView = z.infer<typeof deltaViewSchema>;
