import { asSitewrightError, errorCatalogue, SitewrightError } from '../../contract/errors.ts';
import { type LocalText, say, type Text, text } from '../../contract/text.ts';
import type { Finding, FindingStatus } from '../../contract/views.ts';
import type { StepContext } from '../plan/step.ts';
import { joinTexts } from './judge.ts';
import { hideValues } from './mask.ts';
import type { Suite, SuiteCase, SuiteCategory, SuiteStep } from './schema.ts';
import { runStep, type Scope, type StepResult, sayProblem } from './step-runner.ts';
import { fill, type Lookup, MissingVariable } from './variables.ts';
import type { World } from './world.ts';

/** Part of the acceptance record that a category belongs to. */
const qualifications = { health: 'OQ', function: 'OQ', performance: 'PQ', security: 'SQ' } as const satisfies Record<
  SuiteCategory,
  Finding['qualification']
>;

/** A cleanup gets this long, also when the run was cancelled. */
const cleanupMs = 20_000;

/** What came of a case's steps. */
type Outcome = { readonly status: FindingStatus; readonly results: readonly StepResult[]; readonly problem?: unknown };

/**
 * Carries out one case, its cleanup included, and records finding and evidence. A case that fails or cannot be judged
 * does not throw. `setupProblem` says why captures of the suite's setup may be missing. Error: cancelled.
 */
export async function runCase(
  one: SuiteCase,
  world: World,
  setup: Scope,
  setupProblem: Text | undefined,
): Promise<FindingStatus> {
  const { context } = world;
  const start = performance.now();
  const lacking = one.requires.find((part) => context.site[part] === undefined);
  if (lacking !== undefined) {
    const none = text('verification.requires', { part: text(`verification.part.${lacking}`) });
    context.finding({
      ...headOf(one, world),
      mustPass: false,
      status: 'not-applicable',
      expected: one.expected ?? none,
      actual: none,
      why: none,
      evidence: [],
      durationMs: 0,
    });
    return 'not-applicable';
  }
  const scope: Scope = { captured: new Map(setup.captured), hidden: new Set(setup.hidden) };
  const outcome = await carryOut(one, world, scope);
  await cleanUp(one.cleanup, world, scope);
  if (context.signal.aborted) throw new SitewrightError('cancelled');

  const mask = maskOf(context, scope);
  const why = whyOf(outcome, setupProblem);
  const chart = outcome.results.findLast((result) => result.chart !== undefined)?.chart;
  const finding = {
    ...headOf(one, world),
    status: outcome.status,
    expected: mask(expectedOf(one, outcome.results, scope, world.lookup)),
    actual: mask(actualOf(one, outcome, scope, world.lookup, why)),
    evidence: evidenceOf(one, outcome, context, mask, why),
    durationMs: Math.round(performance.now() - start),
    ...(why === undefined ? {} : { why: mask(why) }),
    ...(one.fix === undefined || outcome.status === 'passed' ? {} : { fix: { text: one.fix } }),
    ...(chart === undefined ? {} : { chart }),
  };
  context.finding(finding);
  context.log(
    outcome.status === 'passed' ? 'info' : 'warn',
    finding.subject,
    text('verification.log.case', { title: one.title, actual: finding.actual }),
  );
  return outcome.status;
}

function headOf(one: SuiteCase, world: World) {
  const category = one.category ?? world.suite.category;
  return {
    check: one.id,
    subject: one.subject ?? world.suite.service,
    title: one.title,
    category,
    clause: one.clause,
    qualification: one.qualification ?? qualifications[category],
    // What may end as a warning only cannot hold up the walk.
    mustPass: one.mustPass && one.otherwise === 'failed',
  };
}

async function carryOut(one: SuiteCase, world: World, scope: Scope): Promise<Outcome> {
  const results: StepResult[] = [];
  try {
    for (const step of one.steps) {
      results.push(...(await runStep(step, world, scope)));
      const last = results.at(-1);
      if (last?.limited !== undefined) return { status: 'error', results };
      if (last?.checks.some((check) => !check.met)) return { status: one.otherwise, results };
    }
    return { status: 'passed', results };
  } catch (problem) {
    return {
      status: statusOf(problem, one.category ?? world.suite.category) === 'failed' ? one.otherwise : 'error',
      results,
      problem,
    };
  }
}

/** An answer that is wrong in itself failed; what gave no answer could not be found out. For health no answer is the answer. */
function statusOf(problem: unknown, category: SuiteCategory): 'failed' | 'error' {
  if (problem instanceof MissingVariable) return 'error';
  const { code } = asSitewrightError(problem);
  const silent = code === 'http-unreachable' || code === 'http-timeout';
  if (silent && category === 'health') return 'failed';
  return code !== 'internal' && code !== 'cancelled' && errorCatalogue[code] === 'failed' ? 'failed' : 'error';
}

function whyOf(outcome: Outcome, setupProblem: Text | undefined): Text | undefined {
  if (setupProblem !== undefined && outcome.problem instanceof MissingVariable) {
    return text('verification.error.setup', { problem: setupProblem });
  }
  if (outcome.problem === undefined) return outcome.results.find((result) => result.limited !== undefined)?.limited;
  const problem = sayProblem(outcome.problem);
  return outcome.status === 'error' ? text('verification.error.why', { problem }) : problem;
}

function expectedOf(one: SuiteCase, results: readonly StepResult[], scope: Scope, lookup: Lookup): Text {
  if (one.expected !== undefined) return filled(one.expected, scope, lookup) ?? one.expected;
  return joinTexts(
    summary(results, (check) => check.expected),
    '; ',
  );
}

function actualOf(one: SuiteCase, outcome: Outcome, scope: Scope, lookup: Lookup, why: Text | undefined): Text {
  const own = one.actual === undefined ? undefined : filled(one.actual, scope, lookup);
  const failing = outcome.results.findLast((result) => result.checks.some((check) => !check.met));
  if (failing !== undefined) {
    const wrong = failing.checks.filter((check) => !check.met).map((check) => check.actual);
    const words = failing.figures === undefined ? wrong : [...wrong, failing.figures];
    const step = text('verification.at-step', { step: failing.label, words: joinTexts(words, '; ') });
    return own === undefined ? step : joinTexts([step, own], '; ');
  }
  if (outcome.status !== 'passed' && why !== undefined) return why;
  if (own !== undefined) return own;
  const figures = outcome.results.flatMap((result) => (result.figures === undefined ? [] : [result.figures]));
  return joinTexts(figures.length > 0 ? figures : summary(outcome.results, (check) => check.actual), '; ');
}

/** So many assertions are spelt out; a matrix of thirty would fill a page of the report. */
const spelt = 6;

/** The first assertions in words, by step, and the number of the others. */
function summary(
  results: readonly StepResult[],
  words: (check: StepResult['checks'][number]) => Text,
): readonly Text[] {
  let left = spelt;
  const parts = results.flatMap((result) => {
    const shown = result.checks.slice(0, left);
    left -= shown.length;
    return shown.length === 0
      ? []
      : [text('verification.at-step', { step: result.label, words: joinTexts(shown.map(words), ', ') })];
  });
  const others = results.reduce((sum, result) => sum + result.checks.length, 0) - (spelt - left);
  return others === 0 ? parts : [text('verification.more', { words: joinTexts(parts, '; '), count: others })];
}

/** A case's own words with the captured values; undefined while one of them was never captured. */
function filled(words: LocalText, scope: Scope, lookup: Lookup): LocalText | undefined {
  try {
    return fill(words, (name) => {
      const value = scope.captured.get(name) ?? lookup(name);
      return typeof value === 'number' ? Math.round(value * 1_000) / 1_000 : value;
    });
  } catch {
    return undefined;
  }
}

/** Masks a text in both languages: vault entries, and what the case captured as secret. */
function maskOf(context: StepContext, scope: Scope) {
  return (words: Text): LocalText => {
    const hide = (shown: string) => hideValues(context.vault.mask(shown), scope.hidden);
    return { 'zh-CN': hide(say('zh-CN', words)), 'en-US': hide(say('en-US', words)) };
  };
}

function evidenceOf(
  one: SuiteCase,
  outcome: Outcome,
  context: StepContext,
  mask: (words: Text) => LocalText,
  why: Text | undefined,
): string[] {
  const exchanges = outcome.results.map((result, index) => {
    const verdicts = result.checks.map(
      (check) => `  [${check.met ? 'ok' : '!!'}] ${say('en-US', check.expected)} -> ${say('en-US', check.actual)}`,
    );
    return [`# ${index + 1} ${say('en-US', result.label)}`, ...result.evidence, ...verdicts].join('\n');
  });
  const words = [
    `${one.id}: ${one.title['en-US']} (${one.title['zh-CN']})`,
    ...exchanges,
    ...(why === undefined ? [] : [`! ${say('en-US', why)}`]),
  ].join('\n\n');
  const shown = mask({ 'zh-CN': words, 'en-US': words })['en-US'];
  return [
    context.evidence(text('verification.evidence.case', { id: one.id, title: one.title }), 'text/plain', `${shown}\n`),
  ];
}

/**
 * Carries out every cleanup step, whatever the others do, also after a cancel. A step whose variable was never captured
 * has nothing to clean. Problems are logged; the next attempt's sweep finds what is left.
 */
export async function cleanUp(
  steps: Suite['cleanup'] | readonly SuiteStep[],
  world: World,
  scope: Scope,
): Promise<void> {
  const signal = AbortSignal.timeout(cleanupMs);
  for (const step of steps) {
    try {
      await runStep(step, { ...world, signal }, scope);
    } catch (error) {
      if (error instanceof MissingVariable) continue;
      world.context.log(
        'warn',
        world.suite.service,
        text('verification.log.cleanup', { problem: maskOf(world.context, scope)(sayProblem(error)) }),
      );
    }
  }
}
