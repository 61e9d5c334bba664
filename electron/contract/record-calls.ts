import { z } from 'zod';
import { acceptanceViewSchema, deviationChangeSchema, signOffSchema } from './acceptance.ts';
import { call, site } from './call.ts';
import { waiverSchema } from './site.ts';
import {
  auditRowSchema,
  auditVerdictSchema,
  countsShape,
  errorViewSchema,
  evidenceViewSchema,
  judgedFindingSchema,
  textSchema,
} from './views.ts';

const locale = z.enum(['zh-CN', 'en-US']);

const reportVerdict = z.object({
  conclusion: z.enum(['passed', 'conditional', 'failed']),
  complete: z.boolean(),
  ...countsShape,
});

const reportFile = z.object({
  format: z.enum(['html', 'json', 'pdf']),
  locale: z.enum(['zh-CN', 'en-US', 'all']),
  path: z.string(),
  /** The file itself, where it was asked for: a face in a browser cannot read the path. */
  contentBase64: z.string().optional(),
});

/** What a walk leaves behind: verdicts, waivers, evidence, journal, acceptance record, report. */
export const recordCalls = {
  check: {
    list: call('check list').input(site).output(z.array(judgedFindingSchema)),
    /** Forgets the verdicts of these checks' steps (all failed ones when none is named), so that resume judges them again. */
    again: call('check again')
      .input(site.extend({ checks: z.array(z.string()).default([]) }))
      .output(z.object({ steps: z.array(z.string()) })),
  },
  waiver: {
    list: call('waiver list')
      .input(site)
      .output(z.array(waiverSchema.extend({ state: z.enum(['counts', 'expired', 'unused']) }))),
    add: call('waiver add')
      .input(site.extend({ waiver: waiverSchema.omit({ id: true, created: true }) }))
      .output(waiverSchema),
    remove: call('waiver remove')
      .input(site.extend({ id: z.string() }))
      .output(z.object({ removed: z.boolean() })),
  },
  evidence: {
    list: call('evidence list').input(site).output(z.array(evidenceViewSchema)),
    show: call('evidence show')
      .input(site.extend({ id: z.string() }))
      .output(z.object({ view: evidenceViewSchema, contentBase64: z.string() })),
  },
  journal: {
    list: call('journal list').input(site).output(z.array(auditRowSchema)),
    verify: call('journal verify')
      .input(site.extend({ head: z.string().optional() }))
      .output(auditVerdictSchema),
  },
  acceptance: {
    /** Deviations and signing of the last run's acceptance record. */
    show: call('acceptance show').input(site).output(acceptanceViewSchema),
    /** Level, owner, due day and closing of a deviation, or one of people's own. */
    note: call('acceptance note')
      .input(site.extend({ change: deviationChangeSchema }))
      .output(acceptanceViewSchema),
    /** Who signs, and what was handed over; replaces what was written before. */
    signOff: call('acceptance sign-off')
      .input(site.extend({ signOff: signOffSchema }))
      .output(acceptanceViewSchema),
  },
  report: {
    make: call('report')
      .input(
        site.extend({
          locales: z.array(locale).default(['zh-CN', 'en-US']),
          pdf: z.boolean().default(true),
          content: z.boolean().default(false),
        }),
      )
      .output(
        z.object({
          files: z.array(reportFile),
          conclusion: z.string(),
          /** The numbers behind the conclusion, as the report has them. */
          verdict: reportVerdict,
          /** The same in a sentence, as on the report's cover. */
          summary: textSchema,
          skipped: z.array(errorViewSchema),
        }),
      ),
  },
} as const;
