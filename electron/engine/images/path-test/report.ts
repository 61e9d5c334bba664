import type { PathCause, PathProbe, PathProbeId } from '../../../contract/path-test.ts';
import { pathCauses } from '../../../contract/path-test.ts';
import { type Text, type TextKey, type TextParams, text } from '../../../contract/text.ts';
import type { Judgement } from './judge.ts';
import { type Observation, saidBy } from './look.ts';

/** One probe's outcome, before it is put into words. */
export type Outcome = {
  readonly id: PathProbeId;
  readonly problem?: Judgement | undefined;
  readonly seen?: Observation | undefined;
  readonly ms: number;
};

/** What every text about a probe may name. */
export type Named = { readonly registry: string; readonly repository: string; readonly now: string };

/** Puts an outcome into words: what was found, and what makes it good. */
export function inWords({ id, problem, seen, ms }: Outcome, named: Named): PathProbe {
  const words = (key: string, params: TextParams = {}): Text => text(key as TextKey, { ...named, ...params });
  const probe = {
    id,
    title: words(`path.probe.${id}`),
    expected: words(`path.probe.${id}.expected`),
    observed: seen === undefined ? '' : saidBy(seen),
    ms: Math.round(ms),
  };
  if (problem === undefined) return { ...probe, status: 'passed', actual: words('path.passed') };
  const { cause, params } = problem;
  const status = statusOf(cause);
  return {
    ...probe,
    status,
    cause,
    actual: words(`path.cause.${cause}`, params),
    ...(status !== 'not-applicable' && { fix: words(`path.fix.${cause}`, params) }),
  };
}

export function statusOf(cause: PathCause): 'failed' | 'warning' | 'not-applicable' {
  return pathCauses[cause];
}

/** A probe that was not tried because an earlier one failed. */
export function skipped(id: PathProbeId, named: Named): PathProbe {
  return { ...inWords({ id, ms: 0 }, named), status: 'skipped', actual: text('path.skipped') };
}
