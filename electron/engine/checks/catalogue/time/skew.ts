import { text } from '../../../../contract/text.ts';
import { crossCheck } from '../../cross.ts';
import { compare, expectation, quantity } from '../../limits.ts';
import { clauses, type Reading } from '../../model.ts';
import { type Clock, readClock } from '../../readings/time.ts';

/** The host in the middle: one wrong clock does not make the others look wrong. */
function middleOf(readings: readonly Reading<Clock>[]): Reading<Clock> {
  const sorted = [...readings].sort((one, other) => one.value.offsetMs - other.value.offsetMs);
  return sorted[Math.floor(sorted.length / 2)]!;
}

/** Clock skew between hosts. */
export const timeSkewCheck = crossCheck<Clock>({
  id: 'time.skew',
  category: 'time',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'site',
  needs: [],
  limits: { direction: 'at-most', minimum: 500, recommended: 50 },
  command: 'chronyc makestep',
  expected: ({ limits }) => expectation('at-most', limits, 'ms'),
  read: readClock,
  judge: ({ subject, value }, all) => {
    const others = all.filter((one) => one.subject.host.name !== subject.host.name);
    if (others.length === 0)
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.one-host'),
      };
    const reference = middleOf(all.length > 2 ? all : others);
    const difference = Math.abs(value.offsetMs - reference.value.offsetMs);
    const doubt =
      reference.subject.host.name === subject.host.name ? 0 : value.uncertaintyMs + reference.value.uncertaintyMs;
    // Only what is certain counts against the host: the way there and back is not its fault.
    const status = compare('at-most', Math.max(0, difference - doubt), subject.limits);
    return {
      status,
      actual: text('checks.actual.skew', {
        difference: quantity(difference, 'ms'),
        doubt: quantity(doubt, 'ms'),
        host: reference.subject.host.name,
      }),
    };
  },
});
