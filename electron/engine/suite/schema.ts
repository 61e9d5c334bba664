import { z } from 'zod';
import { stepSchemas } from './step-schema.ts';

/** The four questions that a suite answers, in the order in which the walk asks them. */
export const suiteCategories = ['health', 'function', 'performance', 'security'] as const;
export type SuiteCategory = (typeof suiteCategories)[number];

export const localTextSchema = z.strictObject({ 'zh-CN': z.string().min(1), 'en-US': z.string().min(1) });

const step = z.discriminatedUnion('use', stepSchemas(true));
const cleanupStep = z.discriminatedUnion('use', stepSchemas(false));

export const caseSchema = z.strictObject({
  /** Stable for ever; it is the check id of the finding. */
  id: z.string().regex(/^[a-z0-9]+([.-][a-z0-9]+)*$/, 'lower-case words with dots and hyphens'),
  title: localTextSchema,
  /** Clause of the requirements that the case proves, e.g. `11.2 功能验证 / API接口`. */
  clause: z.string().min(1),
  /** Default: the suite's. */
  category: z.enum(suiteCategories).optional(),
  /** Part of the acceptance record; default by category: health and function OQ, performance PQ, security SQ. */
  qualification: z.enum(['IQ', 'OQ', 'PQ', 'SQ', 'BR']).optional(),
  mustPass: z.boolean(),
  /** What a demand that is not met becomes. `warning` is for hardening that depends on the customer's own servers. */
  otherwise: z.enum(['failed', 'warning']).default('failed'),
  /** Parts of the site that the case needs; without one of them it is not applicable. */
  requires: z.array(z.enum(['database', 'kubernetes', 'registry'])).default([]),
  /** Endpoint that is judged, in words of the site; default: the suite's service. */
  subject: z.string().min(1).optional(),
  /** The demand in words; default: what the steps expect. */
  expected: localTextSchema.optional(),
  /** The measured value in words, with `${captured}` places; default: what the steps found. */
  actual: localTextSchema.optional(),
  /** What the case writes, in words; shown before the run. Required when a step writes. */
  writes: localTextSchema.optional(),
  /** What to do when it fails. */
  fix: localTextSchema.optional(),
  steps: z.array(step).min(1),
  /** Always carried out after the steps, whatever they did. */
  cleanup: z.array(cleanupStep).default([]),
});

export const suiteSchema = z.strictObject({
  format: z.literal(1),
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'lower-case words with hyphens'),
  title: localTextSchema,
  category: z.enum(suiteCategories),
  /** Service of the release that steps talk to unless they name another. */
  service: z.string().min(1),
  /** Upper bounds for every load step of the suite; a load step without them is refused. */
  limits: z
    .strictObject({
      /** Requests per second. */
      rate: z.number().positive().max(10_000),
      /** Seconds of load in one step, warm-up and percentages included. */
      seconds: z.number().positive().max(86_400),
      connections: z.number().int().positive().max(1_000),
    })
    .optional(),
  /** Carried out once before the cases; its captures are known to all of them. */
  setup: z.array(step).default([]),
  /** Carried out before the setup, for what a killed attempt left behind, and after the cases. */
  cleanup: z.array(cleanupStep).default([]),
  cases: z.array(caseSchema).min(1),
});

export type Suite = z.infer<typeof suiteSchema>;
export type SuiteCase = z.infer<typeof caseSchema>;
/** A step as the runner sees it: an `expect` may be absent in cleanups only. */
export type SuiteStep = z.infer<typeof cleanupStep>;
/** One kind of step, e.g. `StepOf<'http'>`. */
export type StepOf<K extends SuiteStep['use']> = Extract<SuiteStep, { use: K }>;
