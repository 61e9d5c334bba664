import { z } from 'zod';
import { imageTransferSchema } from './transfers.ts';
import { errorViewSchema } from './views.ts';

const bytes = z.number();

/** What a push would do, found out by asking only. */
export const pushPlanSchema = z.object({
  registry: z.string(),
  images: z.array(
    z.object({
      reference: z.string(),
      repository: z.string(),
      digest: z.string(),
      /** Its tag is there and points to this digest. */
      present: z.boolean(),
      /** Bytes of its blobs. */
      bytes,
    }),
  ),
  /** Blobs that are not in the registry yet; each is sent once. */
  blobs: z.number(),
  bytes,
});
export type PushPlan = z.infer<typeof pushPlanSchema>;

/** What was brought into one node, and whether all is there. */
export const nodeImportReportSchema = z.object({
  host: z.string(),
  /** Version of its containerd; empty where it did not come so far. */
  containerd: z.string(),
  images: z.number(),
  /** Blobs that were sent. */
  blobs: z.number(),
  bytesSent: bytes,
  /** Bytes of blobs that were there before. */
  bytesPresent: bytes,
  seconds: z.number(),
  complete: z.boolean(),
  /** Names from which no pod could start. */
  missing: z.array(z.string()).readonly(),
  error: errorViewSchema.optional(),
});
export type NodeImportReport = z.infer<typeof nodeImportReportSchema>;

export const imageProofSchema = z.object({
  reference: z.string(),
  complete: z.boolean(),
  /** Digests and tags that are not there, or are others. A push sends them. */
  missing: z.array(z.string()),
  /** Blobs that the registry names, but gives with other bytes or not at all; found by their content only. A push takes them for present. */
  altered: z.array(z.string()),
  checked: z.number(),
});

export const pushResultSchema = z.object({
  registry: z.string(),
  blobs: z.number(),
  uploaded: z.number(),
  mounted: z.number(),
  present: z.number(),
  /** Everything that left, also what had to be sent again. */
  bytesSent: bytes,
  setbacks: z.number(),
  /** What asking and sending took; what was read back afterwards is not in it. */
  seconds: z.number(),
  /** Stopped on demand; the same call goes on from there. */
  paused: z.boolean(),
  /** What was read back of each image; empty after a pause. */
  proofs: z.array(imageProofSchema),
  complete: z.boolean(),
});
export type PushReport = z.infer<typeof pushResultSchema>;

/** What a push tells while it is at work; the last is `done` or `failed`. */
export const pushEventSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    done: bytes,
    total: bytes,
    /** What left in this call. */
    sent: bytes,
    images: z.array(imageTransferSchema),
  }),
  /** An exchange is about to be tried again. */
  z.object({ type: z.literal('setback'), error: errorViewSchema, pauseMs: z.number() }),
  /** Everything was sent; images that were read back, of all. */
  z.object({ type: z.literal('verify'), done: z.number(), total: z.number() }),
  z.object({ type: z.literal('done'), result: pushResultSchema }),
  z.object({ type: z.literal('failed'), error: errorViewSchema }),
]);
export type PushEvent = z.infer<typeof pushEventSchema>;
