import { z } from 'zod';

/** One framed part of the collector's answer. */
export const sectionSchema = z.strictObject({
  /** Exit code of the section's commands; meaningless unless the state is `complete`. */
  code: z.number().int(),
  milliseconds: z.number(),
  stdout: z.string(),
  stderr: z.string(),
  /** `timeout`: stopped at its time limit. `cut`: its end never arrived. */
  state: z.enum(['complete', 'timeout', 'cut']),
  /** Longer than the cap; what is here is the beginning. */
  truncated: z.boolean(),
});
export type Section = z.infer<typeof sectionSchema>;

/** What was read from one host, as it is stored: it can be judged again without asking the host. */
export const collectedSchema = z.strictObject({
  format: z.literal(1),
  /** Laptop's time when the collector was started, ISO 8601 UTC. */
  at: z.string(),
  durationMs: z.number(),
  /** Whether the collector came to its end. */
  complete: z.boolean(),
  /** What the account's start files wrote before the first frame. */
  noise: z.string(),
  /** Host's clock minus the laptop's, and how far the figure can be off at most; null when it was not measured. */
  clock: z.strictObject({ offsetMs: z.number(), uncertaintyMs: z.number() }).nullable(),
  sections: z.record(z.string(), sectionSchema),
});
export type Collected = z.infer<typeof collectedSchema>;
