import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { parse } from 'yaml';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { HttpRequest, HttpResponse } from '../../drivers/http.ts';
import type { Json } from '../../plan/step.ts';
import { type Check, judge, sha256 } from '../judge.ts';
import { headerLines, maskFields, shorten } from '../mask.ts';
import type { Matcher } from '../matcher.ts';
import type { StepOf } from '../schema.ts';
import { spanMs } from '../step-schema.ts';
import { addressUrl, type Observation, serviceEndpoint, type World } from '../world.ts';

type HttpStep = StepOf<'http'>;

/** Sends one request (or several, for a median duration) and judges the last answer. */
export async function runHttp(step: HttpStep, world: World): Promise<Observation> {
  const request = requestOf(step, world);
  const durations: number[] = [];
  let answer: HttpResponse;
  do {
    answer = await world.context.drivers.http.request(request);
    durations.push(answer.durationMs);
  } while (durations.length < step.with.samples);
  const durationMs = median(durations);
  const words = answer.body.toString('utf8');
  return {
    checks: checksOf(step.expect ?? {}, answer, words),
    document: jsonOf(words),
    headers: Object.fromEntries(
      Object.entries(answer.headers).map(([name, value]) => [name.toLowerCase(), joined(value)]),
    ),
    durationMs,
    evidence: evidenceOf(request, answer, words, durations),
  };
}

function requestOf(step: HttpStep, world: World): HttpRequest {
  const { with: input } = step;
  const endpoint =
    input.url === undefined ? serviceEndpoint(world.context, input.service ?? world.suite.service) : undefined;
  const body = input.json === undefined ? input.body : JSON.stringify(input.json);
  return {
    method: input.method,
    url: endpoint === undefined ? (input.url ?? '') + (input.path ?? '') : addressUrl(endpoint, input.path ?? '/'),
    headers: { ...(input.json === undefined ? {} : { 'content-type': 'application/json' }), ...input.headers },
    signal: world.signal,
    ...(endpoint === undefined ? {} : { servername: endpoint.servername }),
    ...(body === undefined ? {} : { body }),
    ...(input.timeout === undefined ? {} : { timeoutMs: spanMs(input.timeout) }),
    ...(input.trust === 'kubernetes' ? { trust: clusterAuthorities(world) } : {}),
  };
}

/** The cluster has a CA of its own: it stands in the kubeconfig. */
function clusterAuthorities(world: World): readonly string[] {
  const entry = world.context.site.kubernetes?.kubeconfig;
  if (entry === undefined) return [];
  const config = parse(world.context.vault.get(entry)) as {
    clusters?: readonly { cluster?: { 'certificate-authority-data'?: string } }[];
  };
  return (config.clusters ?? []).flatMap(({ cluster }) => {
    const data = cluster?.['certificate-authority-data'];
    return data === undefined ? [] : [Buffer.from(data, 'base64').toString('utf8')];
  });
}

function checksOf(expect: NonNullable<HttpStep['expect']>, answer: HttpResponse, words: string): readonly Check[] {
  const checks: Check[] = [];
  if (expect.status !== undefined) {
    const { status } = expect;
    checks.push(
      judge(
        text('verification.what.status'),
        answer.status,
        Array.isArray(status) ? { oneOf: [...status] } : Number(status),
      ),
    );
  }
  for (const [name, matcher] of Object.entries(expect.headers ?? {})) {
    const value = answer.headers[name.toLowerCase()];
    const wanted: Matcher = typeof matcher === 'object' ? matcher : String(matcher);
    checks.push(
      judge(text('verification.what.header', { name }), value === undefined ? undefined : joined(value), wanted),
    );
  }
  if (expect.body !== undefined) checks.push(judge(text('verification.what.body'), words, expect.body));
  if (expect.checksum !== undefined)
    checks.push(judge(text('verification.what.checksum'), sha256(answer.body), expect.checksum));
  if (expect.schema !== undefined) checks.push(bySchema(expect.schema, jsonOf(words)));
  return checks;
}

function bySchema(schema: Record<string, unknown>, document: Json | undefined): Check {
  const ajv = new Ajv2020({ strict: false, allErrors: false });
  addFormats.default(ajv);
  const validate = ajv.compile(schema);
  const valid = document !== undefined && validate(document);
  const fault = validate.errors?.[0];
  const problem = document === undefined ? 'no JSON' : `${fault?.instancePath ?? ''} ${fault?.message ?? ''}`.trim();
  const say = (words: Text) => text('verification.check', { what: text('verification.what.schema'), value: words });
  const good = text('verification.valid');
  return {
    met: valid,
    expected: say(good),
    actual: say(valid ? good : text('verification.invalid', { problem: verbatim(problem) })),
  };
}

function evidenceOf(request: HttpRequest, answer: HttpResponse, words: string, durations: readonly number[]): string {
  const took = durations.map((ms) => `${ms.toFixed(1)} ms`).join(', ');
  const name = request.servername === undefined ? '' : `  (as ${request.servername})`;
  return [
    `> ${request.method} ${request.url}${name}`,
    ...headerLines(request.headers ?? {}).map((line) => `> ${line}`),
    ...(request.body === undefined ? [] : [`> ${shorten(maskFields(String(request.body)))}`]),
    `< ${answer.status} in ${took}`,
    ...headerLines(answer.headers).map((line) => `< ${line}`),
    ...(words === '' ? [] : [`< ${shorten(maskFields(words))}`]),
  ].join('\n');
}

function jsonOf(words: string): Json | undefined {
  try {
    return JSON.parse(words) as Json;
  } catch {
    return undefined;
  }
}

const joined = (value: string | readonly string[]) => (typeof value === 'string' ? value : value.join(', '));

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
