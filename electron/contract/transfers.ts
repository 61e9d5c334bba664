import { z } from 'zod';
import type { Text } from './text.ts';

/**
 * How an image stands in a push: nothing of it was looked at yet; under way; complete, with something of it sent, with nothing
 * but mounts, or without anything to do.
 */
export const imageStates = ['waiting', 'sending', 'sent', 'mounted', 'present'] as const;
export type ImageState = (typeof imageStates)[number];

const bytes = z.number();

/** Bytes of one image's blobs that are in the registry, of all. A blob that images share counts for each. */
export const imageTransferSchema = z.object({
  reference: z.string(),
  state: z.enum(imageStates),
  done: bytes,
  total: bytes,
});
export type ImageTransfer = z.infer<typeof imageTransferSchema>;

const words: z.ZodType<Text> = z.any();

/** How far something is that moves. */
export const transferSchema = z.object({
  done: z.number(),
  total: z.number(),
  unit: z.enum(['bytes', 'rows', 'requests']),
  /** What left in this attempt, the measure of its speed: one that goes on begins with what is there already. Absent: `done`. */
  sent: z.number().optional(),
  images: z.array(imageTransferSchema).optional(),
  /** How often something had to be tried again, and the last time: what was wrong, when, how much was there. */
  setbacks: z
    .object({
      count: z.number(),
      problem: words,
      at: z.string(),
      done: z.number(),
      /** Nothing has moved since. */
      waiting: z.boolean(),
    })
    .optional(),
});
export type Transfer = z.infer<typeof transferSchema>;

/** A transfer after a notice that names only the images that changed. */
export function withChanges(known: Transfer | undefined, notice: Transfer): Transfer {
  if (known?.images === undefined || notice.images === undefined) return notice;
  const changed = new Map(notice.images.map((image) => [image.reference, image]));
  return { ...notice, images: known.images.map((image) => changed.get(image.reference) ?? image) };
}

/** A notice of what differs from what was told before. */
export function changesSince(told: Transfer | undefined, now: Transfer): Transfer {
  if (told?.images === undefined || now.images === undefined) return now;
  const before = new Map(told.images.map((image) => [image.reference, image]));
  const images = now.images.filter(({ reference, state, done }) => {
    const was = before.get(reference);
    return was?.state !== state || was.done !== done;
  });
  return { ...now, images };
}
