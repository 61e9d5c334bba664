import { setTimeout as delay } from 'node:timers/promises';
import { asSitewrightError, SitewrightError } from '../../contract/errors.ts';
import { type Text, text, verbatim } from '../../contract/text.ts';
import type { Json } from '../plan/step.ts';
import { type Check, joinTexts, judgeDuration, judgeJson, select } from './judge.ts';
import type { StepOf, SuiteStep } from './schema.ts';
import { type Capture, spanMs } from './step-schema.ts';
import { runHttp } from './steps/http.ts';
import { runKubernetes } from './steps/kubernetes.ts';
import { runLoad } from './steps/load.ts';
import { runSql } from './steps/sql.ts';
import { runSsh } from './steps/ssh.ts';
import { runTcp } from './steps/tcp.ts';
import { runTls } from './steps/tls.ts';
import { fill, type Lookup } from './variables.ts';
import type { Observation, World } from './world.ts';

/** What the steps of a case share: what was captured, and which captures must never be shown. */
export type Scope = { readonly captured: Map<string, Json>; readonly hidden: Set<string> };

export type StepResult = {
  /** What the step was, in words. */
  readonly label: Text;
  readonly checks: readonly Check[];
  readonly evidence: readonly string[];
  readonly figures?: Text;
  readonly chart?: Json;
  readonly limited?: Text;
};

/** A step with assertions, after its variables were filled. */
type Probe = Exclude<SuiteStep, { use: 'wait' }>;

/** Carries out a step, once per entry of `forEach`. Stops at the first entry that is not met. Errors: of the drivers, MissingVariable. */
export async function runStep(step: SuiteStep, world: World, scope: Scope): Promise<readonly StepResult[]> {
  const known: Lookup = (name) => scope.captured.get(name) ?? world.lookup(name);
  if (step.use === 'wait') {
    await pause(spanMs(fill(step.with.duration, known)), world.signal);
    return [];
  }
  const results: StepResult[] = [];
  for (const raw of step.forEach ?? [undefined]) {
    // An entry may itself name variables.
    const entry = raw === undefined ? undefined : fill(raw, known);
    const lookup: Lookup =
      entry === undefined ? known : (name) => (name.startsWith('each.') ? entry[name.slice(5)] : known(name));
    const result = await untilMet(fill({ ...step, forEach: undefined }, lookup) as Probe, { ...world, lookup }, scope);
    results.push(result);
    if (result.checks.some((check) => !check.met)) break;
  }
  return results;
}

/** Tries again while the step allows it; a try that could not find out counts as not met until the time is over. */
async function untilMet(step: Probe, world: World, scope: Scope): Promise<StepResult> {
  const limit = performance.now() + (step.retryUntil === undefined ? 0 : spanMs(step.retryUntil.timeout));
  const every = step.retryUntil === undefined ? 0 : spanMs(step.retryUntil.every);
  for (;;) {
    const last = performance.now() + every >= limit;
    try {
      const observation = await probe(step, world);
      const checks = checksOf(step, observation);
      if (last || checks.every((check) => check.met)) {
        const missing = keep(step.capture ?? {}, observation, scope);
        return resultOf(step, observation, [...checks, ...missing]);
      }
    } catch (error) {
      if (last || world.signal.aborted) throw error;
    }
    await pause(every, world.signal);
  }
}

function probe(step: Probe, world: World): Promise<Observation> {
  switch (step.use) {
    case 'http':
      return runHttp(step, world);
    case 'sql':
      return runSql(step, world);
    case 'tls':
      return runTls(step, world);
    case 'tcp':
      return runTcp(step, world);
    case 'kubernetes':
      return runKubernetes(step, world);
    case 'ssh':
      return runSsh(step, world);
    case 'load':
      return runLoad(step, world);
  }
}

function checksOf(step: Probe, observation: Observation): readonly Check[] {
  const { json = [], duration } = step.expect ?? {};
  return [
    ...observation.checks,
    ...json.flatMap((assertion) => judgeJson(observation.document, assertion)),
    ...(duration === undefined ? [] : [judgeDuration(observation.durationMs, duration)]),
  ];
}

/** Keeps what the step captures. What is not there is a demand that was not met: later steps depend on it. */
function keep(captures: Readonly<Record<string, Capture>>, observation: Observation, scope: Scope): readonly Check[] {
  return Object.entries(captures).flatMap(([name, capture]) => {
    const found =
      capture.json !== undefined
        ? select(observation.document, capture.json)[0]
        : capture.header !== undefined
          ? observation.headers?.[capture.header.toLowerCase()]
          : observation.durationMs;
    if (found === undefined) {
      const say = (value: Text) =>
        text('verification.check', { what: verbatim(capture.json ?? capture.header ?? name), value });
      return [{ met: false, expected: say(text('verification.present')), actual: say(text('verification.none')) }];
    }
    const value = capture.tamper ? tampered(String(found)) : found;
    scope.captured.set(name, value);
    if (capture.secret) scope.hidden.add(String(value));
    return [];
  });
}

/** The same text with the character in its middle replaced by another of the same kind. */
function tampered(words: string): string {
  const at = Math.floor(words.length / 2);
  const other = words[at] === 'a' ? 'b' : 'a';
  return words.slice(0, at) + other + words.slice(at + 1);
}

function resultOf(step: Probe, observation: Observation, checks: readonly Check[]): StepResult {
  return {
    label: labelOf(step),
    checks,
    evidence: [observation.evidence],
    ...(observation.figures === undefined ? {} : { figures: observation.figures }),
    ...(observation.chart === undefined ? {} : { chart: observation.chart }),
    ...(observation.limited === undefined ? {} : { limited: observation.limited }),
  };
}

function labelOf(step: Probe): Text {
  if (step.name !== undefined) return typeof step.name === 'string' ? verbatim(step.name) : step.name;
  if (step.use === 'http') return verbatim(`${step.with.method} ${step.with.url ?? ''}${step.with.path ?? ''}`);
  if (step.use === 'load') return verbatim(`${step.with.method} ${step.with.path}`);
  if (step.use === 'tls') return verbatim(`TLS ${versions(step)}`.trim());
  if (step.use === 'tcp') return verbatim('TCP');
  if (step.use === 'kubernetes') return verbatim(`${step.with.kind} ${step.with.name ?? ''}`.trim());
  return verbatim(step.use === 'sql' ? 'SQL' : 'SSH');
}

function versions(step: StepOf<'tls'>): string {
  const { minVersion, maxVersion } = step.with;
  return minVersion === maxVersion ? (maxVersion ?? '') : `${minVersion ?? ''}..${maxVersion ?? ''}`;
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    throw new SitewrightError('cancelled', {}, { cause: error });
  });
}

/** A problem as words for a finding. */
export function sayProblem(error: unknown): Text {
  if (error instanceof Error && error.name === 'MissingVariable' && 'variable' in error) {
    return text('verification.error.variable', { name: String(error.variable) });
  }
  const known = asSitewrightError(error);
  const { message } = known.view();
  return known.detail === undefined || known.code !== 'internal'
    ? message
    : joinTexts([message, verbatim(known.detail)], ' ');
}
