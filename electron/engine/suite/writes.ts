import type { LocalText } from '../../contract/text.ts';
import type { StepOf, Suite, SuiteStep } from './schema.ts';
import { spanMs } from './step-schema.ts';

/** Whether a step changes something on the other side. */
export function stepWrites(step: SuiteStep): boolean {
  if (step.use === 'sql') return step.with.writes;
  if (step.use === 'load') return step.with.writes ?? step.with.method !== 'GET';
  if (step.use !== 'http') return false;
  const { writes, method } = step.with;
  return writes ?? ['POST', 'PUT', 'PATCH', 'DELETE'].includes(method);
}

/** What the suite will write, in the words of its cases; shown before the run. */
export function suiteWrites(suite: Suite): readonly LocalText[] {
  return suite.cases.flatMap((one) => (one.writes === undefined ? [] : [one.writes]));
}

/** Seconds of load that a step produces, warm-up and all percentages included. */
export function loadSeconds(step: StepOf<'load'>): number {
  return step.with.warmUpSeconds + step.with.seconds * (step.with.steps?.length ?? 1);
}

/** The loads of a suite, for the plan: rate (highest) and seconds. */
export function suiteLoads(
  suite: Suite,
): readonly { readonly method: string; readonly path: string; readonly rate: number; readonly seconds: number }[] {
  return suite.cases
    .flatMap((one) => one.steps)
    .filter((step) => step.use === 'load')
    .map((step) => ({
      method: step.with.method,
      path: step.with.path,
      rate: (step.with.rate * Math.max(100, ...(step.with.steps ?? []))) / 100,
      seconds: loadSeconds(step),
    }));
}

/** Expected seconds of the whole suite: its waits and loads, and half a second for each other step. */
export function suiteSeconds(suite: Suite): number {
  const all = [...suite.setup, ...suite.cases.flatMap((one) => [...one.steps, ...one.cleanup])];
  return all.reduce((sum, step) => {
    if (step.use === 'load') return sum + loadSeconds(step);
    if (step.use === 'wait') return sum + spanMs(step.with.duration) / 1000;
    return sum + 0.2;
  }, 1);
}
