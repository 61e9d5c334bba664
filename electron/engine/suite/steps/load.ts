import { type Text, text } from '../../../contract/text.ts';
import type { Json } from '../../plan/step.ts';
import { type Check, joinTexts, judge, judgeDuration } from '../judge.ts';
import type { Load } from '../load/generator.ts';
import type { LoadReport, Percentiles } from '../load/tally.ts';
import type { StepOf } from '../schema.ts';
import { spanMs } from '../step-schema.ts';
import { addressUrl, type Observation, serviceEndpoint, type World } from '../world.ts';

type LoadStep = StepOf<'load'>;
type Run = { readonly percent: number; readonly report: LoadReport };
const names = ['p50', 'p90', 'p95', 'p99', 'p999', 'max'] as const satisfies readonly (keyof Percentiles)[];

/** Loads the service, at each percentage that the step names, and judges the figures at the agreed load. */
export async function runLoad(step: LoadStep, world: World): Promise<Observation> {
  const { with: input } = step;
  const percents = input.steps ?? [100];
  const start = performance.now();
  const runs: Run[] = [];
  for (const percent of percents) {
    const note = text('verification.load.note', { title: `${input.method} ${input.path}`, percent, rate: input.rate });
    const load = loadOf(step, world, percent, runs.length === 0);
    const total = load.rate * (load.seconds + load.warmUpSeconds);
    let told = 0;
    const report = await measured(load, world.signal, (done) => {
      // A notice for every request would load the laptop more than the request does.
      if (performance.now() - told < 200) return;
      told = performance.now();
      world.progress(Math.round(done), Math.round(total), note);
    });
    runs.push({ percent, report });
  }
  const agreed = runs.findLast(({ percent }) => percent <= 100) ?? runs[0]!;
  return {
    checks: checksOf(step.expect ?? {}, agreed.report),
    figures: sayFigures(step, runs),
    document: agreed.report as unknown as Json,
    durationMs: performance.now() - start,
    evidence: [
      `> load ${input.method} ${input.path}, ${input.rate}/s for ${input.seconds} s, ${input.connections} connections, burst ${input.burst}`,
      ...runs.map((run) => `< ${run.percent} %: ${JSON.stringify(run.report, null, 2)}`),
    ].join('\n'),
    chart: chartOf(agreed, runs),
    ...(agreed.report.generatorLimited
      ? {
          limited: text('verification.load.limited', {
            late: agreed.report.late,
            count: agreed.report.requests,
            lag: agreed.report.lagMs,
          }),
        }
      : {}),
  };
}

/** A laptop that was the limit may have been busy for a moment: so often it is measured before that is the verdict. */
const attempts = 3;

async function measured(load: Load, signal: AbortSignal, progress: (done: number) => void): Promise<LoadReport> {
  const { generateLoad } = await import('../load/generator.ts');
  for (let attempt = 1; ; attempt += 1) {
    const report = await generateLoad(load, signal, progress);
    if (!report.generatorLimited || attempt === attempts) return report;
  }
}

function loadOf(step: LoadStep, world: World, percent: number, first: boolean): Load {
  const { with: input } = step;
  const endpoint = serviceEndpoint(world.context, input.service ?? world.suite.service);
  return {
    url: addressUrl(endpoint, input.path),
    servername: endpoint.servername,
    authorities: world.context.drivers.http.authorities(),
    tunnel: world.context.drivers.http.tunnel,
    method: input.method,
    headers: { ...(input.json === undefined ? {} : { 'content-type': 'application/json' }), ...input.headers },
    ...(input.json === undefined ? {} : { body: JSON.stringify(input.json) }),
    rate: (input.rate * percent) / 100,
    seconds: input.seconds,
    warmUpSeconds: first ? input.warmUpSeconds : 0,
    connections: input.connections,
    burst: input.burst,
    timeoutMs: spanMs(input.timeout),
    good: input.status,
  };
}

function checksOf(expect: NonNullable<LoadStep['expect']>, report: LoadReport): readonly Check[] {
  const latencies = names.flatMap((name) => {
    const bound = expect[name];
    if (bound === undefined) return [];
    const check = judgeDuration(report.percentiles[name], bound);
    const say = (words: Text) => joinTexts([{ 'zh-CN': name, 'en-US': name }, words], ' ');
    return [{ met: check.met, expected: say(check.expected), actual: say(check.actual) }];
  });
  const share = Math.round(report.errorShare * 10_000) / 10_000;
  return [
    ...latencies,
    ...(expect.achieved === undefined
      ? []
      : [judge(text('verification.what.achieved'), report.achieved, expect.achieved)]),
    ...(expect.errors === undefined ? [] : [judge(text('verification.what.errors'), share, expect.errors)]),
  ];
}

/** All figures in words and, where several loads were run, where the limit lies. */
function sayFigures(step: LoadStep, runs: readonly Run[]): Text {
  if (runs.length === 1) return sayReport(runs[0]!.report);
  const words: Text[] = runs.map(({ percent, report }) =>
    text('verification.load.step', { percent, words: sayReport(report) }),
  );
  const knee = runs.find(
    ({ report }) =>
      report.achieved < report.offered * 0.98 || checksOf(step.expect ?? {}, report).some((one) => !one.met),
  );
  words.push(
    knee === undefined
      ? text('verification.load.no-knee', { percent: runs.at(-1)?.percent ?? 100 })
      : text('verification.load.knee', { percent: knee.percent }),
  );
  return joinTexts(words, '; ');
}

function sayReport(report: LoadReport): Text {
  const { p50, p95, p99, max } = report.percentiles;
  const errors = Object.values(report.errors).reduce((sum, one) => sum + one, 0);
  return text('verification.load.figures', {
    offered: report.offered,
    achieved: report.achieved,
    count: report.requests,
    errors,
    p50,
    p95,
    p99,
    max,
  });
}

function chartOf(agreed: Run, runs: readonly Run[]): Json {
  const { buckets, percentiles, rate } = agreed.report;
  const steps = runs.map(({ percent, report }) => ({
    percent,
    offered: report.offered,
    achieved: report.achieved,
    p95: report.percentiles.p95,
    p99: report.percentiles.p99,
  }));
  return { type: 'latency', buckets, percentiles, rate, ...(runs.length > 1 ? { steps } : {}) } as unknown as Json;
}
