import { z } from 'zod';
import { deviationLevels, deviationNoteSchema, signOffSchema } from '../../contract/acceptance.ts';
import { hostRoles, projectSchema, siteSchema, waiverSchema } from '../../contract/site.ts';
import { locales, say, type Text } from '../../contract/text.ts';
import {
  countsShape,
  findingSchema,
  findingStatuses,
  runStates,
  stageIdSchema,
  stageStates,
  stepStates,
} from '../../contract/views.ts';
import { canonicalJson } from '../evidence/canonical.ts';
import { conclusions } from '../evidence/conclusion.ts';
import type { ReportModel } from './model.ts';
import { programSchema } from './program.ts';
import { qualifications } from './records.ts';

/** The report as JSON: the model with every sentence in both languages, keys sorted, the same bytes for the same records. */
export function reportDocument(model: ReportModel): string {
  return `${JSON.stringify(spoken(JSON.parse(canonicalJson(model))), null, 2)}\n`;
}

/** Keyed texts become both languages: a reader of the JSON has no locale files. */
function spoken(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(spoken);
  if (value === null || typeof value !== 'object') return value;
  if (isKeyedText(value)) return Object.fromEntries(locales.map((locale) => [locale, say(locale, value)]));
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, spoken(inner)]));
}

function isKeyedText(value: object): value is Text {
  const names = Object.keys(value);
  if (!('key' in value) || typeof value.key !== 'string') return false;
  return names.length === 1 || (names.length === 2 && 'params' in value);
}

const words = z.strictObject({ 'zh-CN': z.string(), 'en-US': z.string() });
const moment = z.iso.datetime();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const evidenceId = z.string().regex(/^E-\d{4,}$/);
const recordNumber = z.string().regex(/^(IQ|OQ|PQ|SQ|BR)-\d{3,}$/);
const count = z.number().int().min(0);
const error = z.strictObject({
  code: z.string(),
  message: words,
  cause: words,
  next: words,
  detail: z.string().optional(),
});
const usedWaiver = z.strictObject({ id: z.string(), reason: z.string(), approver: z.string(), expires: z.iso.date() });

/** Shape of the JSON report, format 1: `docs/report-format.md` explains it. */
export const reportDocumentSchema = z.strictObject({
  format: z.literal(1),
  site: siteSchema
    .pick({ name: true, title: true, practice: true, mode: true, profile: true, utcOffsetMinutes: true })
    .extend({ project: projectSchema }),
  release: z.strictObject({ name: z.string(), version: z.string(), digest: z.string(), title: words }),
  verdict: z.strictObject({ ...countsShape, conclusion: z.enum(conclusions), complete: z.boolean() }),
  tallies: z.array(z.strictObject({ qualification: z.enum(qualifications), ...countsShape })),
  run: z.strictObject({
    id: z.string(),
    state: z.enum(runStates),
    plan: sha256,
    startedAt: moment,
    finishedAt: moment,
    operator: z.string(),
    activeMs: z.number(),
  }),
  stages: z.array(
    z.strictObject({
      id: stageIdSchema,
      title: words,
      state: z.enum(stageStates),
      counts: z.record(z.enum(findingStatuses), count),
      startedAt: moment.optional(),
      finishedAt: moment.optional(),
      steps: z.array(
        z.strictObject({
          id: z.string(),
          target: z.string(),
          state: z.enum(stepStates),
          attempts: count,
          already: z.boolean(),
          effects: z.array(words),
          startedAt: moment.optional(),
          finishedAt: moment.optional(),
          error: error.optional(),
        }),
      ),
    }),
  ),
  events: z.array(z.strictObject({ seq: count, at: moment, words })),
  records: z.array(
    z.strictObject({
      ...findingSchema.shape,
      number: recordNumber,
      step: z.string(),
      journal: z.strictObject({ seq: count, hash: sha256 }).optional(),
      title: words,
      expected: words,
      actual: words,
      why: words.optional(),
      fix: z.strictObject({ text: words, command: z.string().optional() }).optional(),
      evidence: z.array(evidenceId),
      at: moment,
      chart: z.unknown().optional(),
      waiver: usedWaiver.optional(),
    }),
  ),
  deviations: z.array(
    z.strictObject({
      number: z.string(),
      id: z.string(),
      level: z.enum(deviationLevels),
      check: z.string().optional(),
      title: words,
      expected: words.optional(),
      found: z.array(z.strictObject({ record: recordNumber, subject: z.string(), actual: words })),
      fix: words.optional(),
      owner: z.enum(['customer', 'contractor']).optional(),
      note: deviationNoteSchema,
      withdrawn: z.string().optional(),
      waiver: usedWaiver.optional(),
    }),
  ),
  signOff: signOffSchema,
  waivers: z.array(
    z.strictObject({
      ...waiverSchema.shape,
      state: z.enum(['counts', 'unused', 'expired', 'refused']),
      records: z.array(recordNumber),
    }),
  ),
  hosts: z.array(
    z.strictObject({
      name: z.string(),
      address: z.string(),
      roles: z.array(z.enum(hostRoles)),
      system: z.string().optional(),
      kernel: z.string().optional(),
      architecture: z.string().optional(),
      processors: count.optional(),
      memory: z.number().optional(),
      runtime: z.string().optional(),
      readAt: moment.optional(),
      evidence: evidenceId.optional(),
    }),
  ),
  endpoints: z.array(
    z.strictObject({
      kind: z.enum(['registry', 'kubernetes', 'database']),
      address: z.string(),
      version: words.optional(),
      record: recordNumber.optional(),
    }),
  ),
  images: z.array(z.strictObject({ reference: z.string(), digest: z.string(), evidence: evidenceId.optional() })),
  documents: z.array(z.strictObject({ title: words, file: z.string(), evidence: evidenceId, sha256 })),
  credentials: z.array(z.strictObject({ name: z.string(), shownAt: moment })),
  evidence: z.array(
    z.strictObject({
      id: evidenceId,
      sha256,
      title: words,
      mediaType: z.string(),
      bytes: count,
      step: z.string(),
      at: moment,
    }),
  ),
  journal: z.strictObject({
    intact: z.boolean(),
    rows: count,
    head: sha256,
    key: z.string(),
    problems: z.array(z.strictObject({ seq: count, problem: words })),
  }),
  program: programSchema,
});
