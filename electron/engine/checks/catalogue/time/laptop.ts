import { text } from '../../../../contract/text.ts';
import { compare, expectation, quantity } from '../../limits.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { clockOf } from '../../readings/time.ts';

/** Clock of the host against this computer. */
export const timeLaptopCheck: HostCheck = {
  id: 'time.laptop',
  category: 'time',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: [],
  limits: { direction: 'at-most', minimum: 300, recommended: 15 },
  expected: ({ limits }) => expectation('at-most', limits, 'seconds'),
  judge: ({ facts, limits }) => {
    const { offsetMs, uncertaintyMs } = clockOf(facts);
    const certain = Math.max(0, Math.abs(offsetMs) - uncertaintyMs) / 1000;
    return {
      status: compare('at-most', certain, limits),
      actual: text('checks.actual.laptop', {
        offset: quantity(offsetMs / 1000, 'seconds'),
        doubt: quantity(uncertaintyMs, 'ms'),
      }),
    };
  },
};
