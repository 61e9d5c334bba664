import type { Readable } from 'node:stream';
import { z } from 'zod';
import { digestSchema } from '../digest.ts';

/** A descriptor as OCI and Docker write it. Fields that are not known here stay in the bytes that carry them. */
export const descriptorSchema = z.looseObject({
  mediaType: z.string(),
  digest: digestSchema,
  size: z.number().int().min(0),
  /** The content itself, base64; such a blob need not lie anywhere else. */
  data: z.string().optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;

/** An image with every name that the place it comes from gives it. */
export type NamedImage = { readonly names: readonly string[]; readonly descriptor: Descriptor };

/** A place that images come from: a folder, an archive or a registry. */
export type ImageStore = {
  readonly images: readonly NamedImage[];
  /** A manifest or an index; undefined when it is not there. The caller checks its digest. */
  readonly document: (descriptor: Descriptor) => Promise<Buffer | undefined>;
  /** Size of a blob there, undefined when it is not. */
  readonly size: (descriptor: Descriptor) => Promise<number | undefined>;
  readonly open: (descriptor: Descriptor) => Readable;
  readonly close: () => Promise<void>;
};
