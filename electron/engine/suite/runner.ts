import { z } from 'zod';
import { SitewrightError } from '../../contract/errors.ts';
import { type Text, text } from '../../contract/text.ts';
import type { FindingStatus } from '../../contract/views.ts';
import type { StepContext } from '../plan/step.ts';
import { cleanUp, runCase } from './case-runner.ts';
import type { Suite } from './schema.ts';
import { runStep, type Scope, sayProblem } from './step-runner.ts';
import { siteLookup, type World } from './world.ts';

const checkpointSchema = z.object({ passed: z.array(z.string()) });

/**
 * Carries out a suite: sweeps what a killed attempt left, prepares, judges every case and cleans up. Cases that passed on
 * an interrupted attempt of the same step are not repeated; those that did not are judged again. Error: cancelled.
 */
export async function runSuite(
  suite: Suite,
  context: StepContext,
): Promise<Readonly<Partial<Record<FindingStatus, number>>>> {
  const stored = checkpointSchema.safeParse(context.checkpoint());
  const recorded = new Set(
    context
      .findings()
      .filter((one) => one.status === 'passed')
      .map((one) => one.check),
  );
  const passed = new Set((stored.success ? stored.data.passed : []).filter((id) => recorded.has(id)));
  const counts: Partial<Record<FindingStatus, number>> = {};
  const total = suite.cases.length;
  let done = passed.size;
  const world: World = {
    context,
    suite,
    signal: context.signal,
    lookup: siteLookup(context),
    // A long step moves on within its own case's share.
    progress: (part, of, note) => context.progress(done + part / Math.max(1, of), total, undefined, note),
  };
  const scope: Scope = { captured: new Map(), hidden: new Set() };
  await cleanUp(suite.cleanup, world, scope);
  try {
    const problem = done === total ? undefined : await prepare(suite, world, scope);
    for (const one of suite.cases) {
      if (passed.has(one.id)) continue;
      if (context.signal.aborted) throw new SitewrightError('cancelled');
      context.progress(done, total, undefined, one.title);
      const status = await runCase(one, world, scope, problem);
      counts[status] = (counts[status] ?? 0) + 1;
      done += 1;
      if (status !== 'passed') continue;
      passed.add(one.id);
      context.saveCheckpoint({ passed: [...passed] });
    }
    context.progress(total, total);
  } finally {
    await cleanUp(suite.cleanup, world, scope);
  }
  return counts;
}

/** Carries out the whole setup and gives its first problem: a case that does not need what is missing runs all the same. */
async function prepare(suite: Suite, world: World, scope: Scope): Promise<Text | undefined> {
  let first: Text | undefined;
  for (const step of suite.setup) {
    try {
      for (const result of await runStep(step, world, scope)) {
        const wrong = result.checks.find((check) => !check.met);
        if (wrong !== undefined) first ??= text('verification.at-step', { step: result.label, words: wrong.actual });
      }
    } catch (problem) {
      if (world.signal.aborted) throw problem;
      first ??= sayProblem(problem);
    }
  }
  return first;
}
