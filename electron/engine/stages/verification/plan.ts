import { SitewrightError } from '../../../contract/errors.ts';
import { type Text, text, verbatim } from '../../../contract/text.ts';
import type { Release } from '../../bundle/release.ts';
import type { PlanInput } from '../../plan/step.ts';
import { parseSuite } from '../../suite/parser.ts';
import { type Suite, suiteCategories } from '../../suite/schema.ts';
import { suiteLoads, suiteSeconds, suiteWrites } from '../../suite/writes.ts';
import type { SuitePlan } from './model.ts';

/** One step per suite, one after another: a load beside another suite would falsify both. Errors: suite-invalid, release-invalid. */
export function planVerification(input: PlanInput): readonly SuitePlan[] {
  const suites = input.release.file.suites.map((path) => ({ path, suite: readSuite(input.release, path) }));
  suites.sort(
    (one, other) => suiteCategories.indexOf(one.suite.category) - suiteCategories.indexOf(other.suite.category),
  );
  refuseDoubles(suites);
  return suites.map(({ path, suite }, index) => ({
    id: stepId(suite),
    stage: 'verification',
    kind: 'suite',
    target: suite.service,
    effects: effectsOf(suite),
    mutates: suiteWrites(suite).length > 0 || suiteLoads(suite).length > 0,
    needs: index === 0 ? [] : [stepId(suites[index - 1]!.suite)],
    weight: Math.max(1, Math.round(suiteSeconds(suite))),
    input: { path },
  }));
}

/** A suite of the release, parsed. Errors: suite-invalid, release-invalid when the release lacks the file. */
export function readSuite(release: Release, path: string): Suite {
  const file = release.texts.get(path);
  if (file === undefined)
    throw new SitewrightError('release-invalid', { file: 'release.yaml', problem: `suites: ${path}` });
  return parseSuite(path, file.content);
}

const stepId = (suite: Suite) => `verification/suite/${suite.id}`;

/** Findings are kept by case id and steps by suite id: the release may use each once. */
function refuseDoubles(suites: readonly { path: string; suite: Suite }[]): void {
  const seen = new Set<string>();
  for (const { path, suite } of suites) {
    for (const id of [stepId(suite), ...suite.cases.map((one) => one.id)]) {
      if (seen.has(id))
        throw new SitewrightError('suite-invalid', {
          file: path,
          line: 1,
          column: 1,
          problem: text('verification.problem.duplicate-id', { id }),
        });
      seen.add(id);
    }
  }
}

function effectsOf(suite: Suite): Text[] {
  const writes = suiteWrites(suite);
  const loads = suiteLoads(suite);
  return [
    text('verification.effect.cases', { title: suite.title, count: suite.cases.length, service: suite.service }),
    ...writes.map((words) => text('verification.effect.writes', { words })),
    ...(writes.length === 0 ? [] : [text('verification.tag')]),
    ...loads.map(({ method, path, rate, seconds }) =>
      text('verification.effect.load', { method, path: verbatim(path), rate, seconds }),
    ),
    ...(writes.length === 0 && loads.length === 0 ? [text('verification.effect.reads')] : []),
  ];
}
