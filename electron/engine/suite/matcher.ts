import { z } from 'zod';

/** A text with a `${name}` place, for a value that is known only while the suite runs. */
const placeholder = z.string().regex(/\$\{[^}]+\}/, 'a value, or a ${variable}');
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const figure = z.union([z.number(), placeholder]);

/** What may be demanded of one value. Several comparisons in one matcher must all hold. */
export const comparisonsSchema = z
  .strictObject({
    equals: scalar.optional(),
    notEquals: scalar.optional(),
    oneOf: z.array(scalar).min(1).optional(),
    /** Text that must occur (in a list: an element that must occur). */
    contains: scalar.optional(),
    /** Text that must not occur. */
    absent: scalar.optional(),
    /** Regular expression without flags; `(?i)` is not known, use character classes. */
    matches: z.string().min(1).optional(),
    minimum: figure.optional(),
    maximum: figure.optional(),
    /** A figure that may differ by `within`, upwards and downwards. */
    near: z.strictObject({ value: figure, within: z.number().nonnegative() }).optional(),
    /** Whether the value is there at all. */
    exists: z.boolean().optional(),
  })
  .refine((value) => Object.keys(value).length > 0, 'asserts nothing');
export type Comparisons = z.infer<typeof comparisonsSchema>;

/** A plain value stands for `equals`. */
export const matcherSchema = z.union([scalar, comparisonsSchema]);
export type Matcher = z.infer<typeof matcherSchema>;

/** An assertion about the values that a JSON path (RFC 9535) selects: each of them, or their number. */
export const jsonAssertionSchema = z
  .strictObject({
    path: z.string().startsWith('$'),
    ...comparisonsSchema.shape,
    /** Number of selected values. */
    count: z.union([z.number().int(), placeholder, comparisonsSchema]).optional(),
  })
  .refine((value) => Object.keys(value).length > 1, 'asserts nothing');
export type JsonAssertion = z.infer<typeof jsonAssertionSchema>;

export const placeholderSchema = placeholder;
export const figureSchema = figure;
