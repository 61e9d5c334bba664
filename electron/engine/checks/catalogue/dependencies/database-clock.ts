import { text } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { compare, expectation, quantity } from '../../limits.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Clock of the database against this computer. */
export const dependencyDatabaseClockCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-clock',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  limits: { direction: 'at-most', minimum: 300, recommended: 15 },
  expected: ({ limits }) => expectation('at-most', limits, 'seconds'),
  judge: ({ facts, limits }) => {
    const { clockMs, clockDoubtMs } = answerOf(facts.figures);
    const certain = Math.max(0, Math.abs(clockMs) - clockDoubtMs) / 1000;
    return {
      status: compare('at-most', certain, limits),
      actual: text('checks.actual.laptop', {
        offset: quantity(clockMs / 1000, 'seconds'),
        doubt: quantity(clockDoubtMs, 'ms'),
      }),
    };
  },
};
