import { z } from 'zod';
import { comparisonsSchema, figureSchema, jsonAssertionSchema, matcherSchema, placeholderSchema } from './matcher.ts';

/** `500ms`, `10s` or `2m`. */
export const spanSchema = z.string().regex(/^\d+(ms|s|m)$/, 'a duration such as 500ms, 10s or 2m');
const text = z.string().min(1);
const port = z.union([z.number().int().min(1).max(65535), placeholderSchema]);
const tlsVersion = z.enum(['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3']);
const named = z.union([text, z.strictObject({ 'zh-CN': text, 'en-US': text })]);

/** What a step keeps for later steps: a JSON path into its document, a header, or its duration in ms. */
const capture = z
  .strictObject({
    json: z.string().startsWith('$').optional(),
    header: text.optional(),
    duration: z.literal(true).optional(),
    /** Never shown in findings and evidence. */
    secret: z.boolean().optional(),
    /** Keeps it with one character changed: a forged token. */
    tamper: z.boolean().optional(),
  })
  .refine(
    (value) => [value.json, value.header, value.duration].filter((one) => one !== undefined).length === 1,
    'needs exactly one of json, header, duration',
  );
export type Capture = z.infer<typeof capture>;

const duration = z.union([
  z.strictObject({ maximum: spanSchema, minimum: spanSchema.optional() }),
  /** Not longer and not shorter than another duration (ms) by more than this factor; differences below `slack` do not count. */
  z.strictObject({ similarTo: figureSchema, factor: z.number().gt(1), slack: spanSchema.default('20ms') }),
]);
/** Assertions that every kind of step knows. */
const common = { json: z.array(jsonAssertionSchema).min(1).optional(), duration: duration.optional() };
const digest = z.union([z.string().regex(/^[0-9a-f]{64}$/), placeholderSchema]);
const count = z.union([z.number().int(), comparisonsSchema]);
const figures = z.strictObject({ minimum: z.number().optional(), maximum: z.number().optional() });

const http = {
  with: z.strictObject({
    service: text.optional(),
    /** A whole URL instead of a service's. */
    url: text.optional(),
    method: z
      .union([z.enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE']), placeholderSchema])
      .default('GET'),
    path: z
      .string()
      .regex(/^(\/|\$\{)/, 'starts with / or is a ${variable}')
      .optional(),
    headers: z.record(z.string(), z.string()).optional(),
    json: z.unknown().optional(),
    body: z.string().optional(),
    timeout: spanSchema.optional(),
    /** Whose certificate authorities count; `kubernetes` takes those of the kubeconfig. */
    trust: z.enum(['site', 'kubernetes']).default('site'),
    /** Sends it so often and takes the median duration; the last answer is judged. */
    samples: z.number().int().min(1).max(20).default(1),
    /** Changes data on the other side; POST, PUT, PATCH and DELETE do unless this says `false`. */
    writes: z.boolean().optional(),
  }),
  expect: z.strictObject({
    ...common,
    status: z.union([z.number().int(), z.array(z.number().int()).min(1), placeholderSchema]).optional(),
    headers: z.record(z.string(), matcherSchema).optional(),
    body: matcherSchema.optional(),
    /** JSON Schema (draft 2020-12) of the body. */
    schema: z.record(z.string(), z.unknown()).optional(),
    /** SHA-256 of the body. */
    checksum: digest.optional(),
  }),
};

const sql = {
  with: z.strictObject({
    query: text,
    parameters: z.array(z.union([z.string(), z.number(), z.boolean(), z.null()])).default([]),
    /** Committed, instead of read in a read-only transaction. */
    writes: z.boolean().default(false),
    timeout: spanSchema.optional(),
  }),
  expect: z.strictObject({
    ...common,
    /** Rows returned, or changed by a writing statement. */
    count: count.optional(),
    /** First column of the first row. */
    value: matcherSchema.optional(),
    /** SHA-256 over the rows: columns joined by tabs, rows by line feeds. */
    checksum: digest.optional(),
  }),
};

const tls = {
  with: z.strictObject({
    service: text.optional(),
    address: text.optional(),
    port: port.optional(),
    servername: text.optional(),
    minVersion: tlsVersion.optional(),
    maxVersion: tlsVersion.optional(),
    startTls: z.literal('postgresql').optional(),
  }),
  expect: z.strictObject({
    ...common,
    /** The server turns the handshake down. */
    refused: z.literal(true).optional(),
    authorized: z.boolean().optional(),
    protocol: matcherSchema.optional(),
    cipher: matcherSchema.optional(),
    certificate: z
      .strictObject({
        /** DNS names and addresses that it must carry. */
        names: z.array(text).min(1).optional(),
        daysLeft: figures.optional(),
        /** Length of the chain that was shown. */
        chain: figures.optional(),
      })
      .optional(),
  }),
};

const tcp = {
  with: z.strictObject({
    service: text.optional(),
    address: text.optional(),
    port: port.optional(),
    timeout: spanSchema.optional(),
    /** Asks PostgreSQL for a sign-in without TLS and stops before a password is sent. */
    plainDatabase: z.literal(true).optional(),
  }),
  expect: z.strictObject({
    ...common,
    state: z.enum(['open', 'refused', 'filtered']).optional(),
    plain: z.enum(['accepted', 'refused']).optional(),
  }),
};

const kubernetes = {
  with: z.strictObject({
    apiVersion: text,
    kind: text,
    namespace: text.optional(),
    name: text.optional(),
    selector: text.optional(),
  }),
  expect: z.strictObject({ ...common, exists: z.boolean().optional(), count: count.optional() }),
};

const ssh = {
  with: z.strictObject({ host: text.optional(), role: text.optional(), command: text, timeout: spanSchema.optional() }),
  expect: z.strictObject({ ...common, code: matcherSchema.optional(), stdout: matcherSchema.optional() }),
};

const latency = z.strictObject({ maximum: spanSchema });
const load = {
  with: z.strictObject({
    service: text.optional(),
    method: z.enum(['GET', 'POST', 'PUT', 'DELETE']).default('GET'),
    path: z.string().startsWith('/'),
    headers: z.record(z.string(), z.string()).optional(),
    json: z.unknown().optional(),
    /** Requests per second. */
    rate: z.number().positive(),
    seconds: z.number().positive(),
    /** Sent before, at the same rate, and not counted. */
    warmUpSeconds: z.number().nonnegative().default(1),
    connections: z.number().int().positive().default(20),
    /** So many requests are due at the same instant: simultaneous users. */
    burst: z.number().int().positive().default(1),
    /** Percentages of the rate, one run each: finds where it breaks. The demand is judged at 100. */
    steps: z.array(z.number().int().min(1).max(400)).min(1).optional(),
    timeout: spanSchema.default('10s'),
    /** Statuses that are a good answer. */
    status: z.array(z.number().int()).min(1).default([200]),
    writes: z.boolean().optional(),
  }),
  expect: z.strictObject({
    ...common,
    p50: latency.optional(),
    p90: latency.optional(),
    p95: latency.optional(),
    p99: latency.optional(),
    p999: latency.optional(),
    max: latency.optional(),
    /** Answered requests per second. */
    achieved: figures.optional(),
    /** Share of requests without a good answer, 0 to 1. */
    errors: figures.optional(),
  }),
};

const kinds = { http, sql, tls, tcp, kubernetes, ssh, load } as const;

function step<U extends keyof typeof kinds>(use: U, asserts: boolean) {
  const kind = kinds[use];
  type Expect = (typeof kinds)[U]['expect'];
  type With = (typeof kinds)[U]['with'];
  const demands: z.ZodObject = kind.expect;
  const expect = demands.refine((value) => Object.keys(value).length > 0, 'asserts nothing') as unknown as Expect;
  return z.strictObject({
    use: z.literal(use),
    /** Words for people; default: what it does. */
    name: named.optional(),
    with: kind.with as With,
    capture: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, 'a name such as meterId'), capture).optional(),
    // The parser sees to it that only cleanups go without: the type is the same for both.
    expect: (asserts ? expect : expect.optional()) as z.ZodOptional<Expect>,
    /** Tried again until every assertion holds. */
    retryUntil: z.strictObject({ timeout: spanSchema, every: spanSchema }).optional(),
    /** Carried out once per entry, whose fields are `${each.field}`. */
    forEach: z
      .array(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])))
      .min(1)
      .optional(),
  });
}

/** The step kinds, with an `expect` that is demanded or, for cleanups, not. */
export function stepSchemas(asserts: boolean) {
  return [
    step('http', asserts),
    step('sql', asserts),
    step('tls', asserts),
    step('tcp', asserts),
    step('kubernetes', asserts),
    step('ssh', asserts),
    step('load', asserts),
    z.strictObject({ use: z.literal('wait'), name: named.optional(), with: z.strictObject({ duration: spanSchema }) }),
  ] as const;
}

/** Milliseconds of `500ms`, `10s` or `2m`. */
export function spanMs(span: string): number {
  const [, figure, unit] = /^(\d+)(ms|s|m)$/.exec(span) ?? [];
  return Number(figure) * (unit === 'm' ? 60_000 : unit === 's' ? 1_000 : 1);
}
