import { z } from 'zod';
import { textSchema } from './views.ts';

export const deviationLevels = ['major', 'minor', 'observation'] as const;
export const parties = ['customer', 'contractor', 'supervisor'] as const;

const day = z.iso.date();
const line = z.string().trim().max(500);

/** What people wrote about a deviation; what they left out is as it was computed. */
export const deviationNoteSchema = z.strictObject({
  level: z.enum(deviationLevels).optional(),
  /** Who sees to it, by name. */
  owner: line.optional(),
  /** Day until which it is to be closed, at the site. */
  due: day.optional(),
  /** What proves that it is closed. */
  closing: line.optional(),
  /** Day on which it was closed. */
  closed: day.optional(),
});
export type DeviationNote = z.infer<typeof deviationNoteSchema>;

/** A deviation that no check found. */
export const ownDeviationSchema = deviationNoteSchema.extend({
  id: z.string(),
  title: line.min(1),
  level: z.enum(deviationLevels),
  /** Why it does not count any more; it stays in the record. */
  withdrawn: line.min(1).optional(),
});
export type OwnDeviation = z.infer<typeof ownDeviationSchema>;

export const signOffSchema = z.strictObject({
  /** Who signs for each party; the signature itself is on paper. */
  signers: z
    .array(z.strictObject({ party: z.enum(parties), name: line.min(1), title: line.default(''), date: day.optional() }))
    .max(3)
    .default([]),
  /** Training and documents: what was handed over to whom. */
  handover: z
    .array(z.strictObject({ topic: line.min(1), participant: line.min(1), date: day.optional() }))
    .max(50)
    .default([]),
});
export type SignOff = z.infer<typeof signOffSchema>;

/** A deviation as the acceptance record has it now: computed, with what people wrote about it, or all their own. */
export const deviationViewSchema = z.object({
  id: z.string(),
  /** `DV-01` */
  number: z.string(),
  level: z.enum(deviationLevels),
  title: textSchema,
  /** What was found, subject by subject; empty for one that people added. */
  found: z.array(z.object({ subject: z.string(), actual: textSchema })),
  /** Whose duty it is where no name was written. */
  duty: z.enum(['customer', 'contractor']).optional(),
  own: z.boolean(),
  note: deviationNoteSchema,
  withdrawn: z.string().optional(),
});
export type DeviationView = z.infer<typeof deviationViewSchema>;

export const acceptanceViewSchema = z.object({ deviations: z.array(deviationViewSchema), signOff: signOffSchema });
export type AcceptanceView = z.infer<typeof acceptanceViewSchema>;

/** A change to one deviation. Without `id`: a new one, which needs `title` and `level`. Empty words take a value away. */
export const deviationChangeSchema = z.strictObject({
  id: z.string().optional(),
  title: line.optional(),
  level: z.enum(deviationLevels).optional(),
  owner: line.optional(),
  due: z.union([day, z.literal('')]).optional(),
  closing: line.optional(),
  closed: z.union([day, z.literal('')]).optional(),
  withdrawn: line.min(1).optional(),
});
export type DeviationChange = z.infer<typeof deviationChangeSchema>;
