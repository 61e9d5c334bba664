import { text } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { compare, expectation } from '../../limits.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database connections. */
export const dependencyDatabaseConnectionsCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-connections',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  limits: { direction: 'at-least', minimum: 1, recommended: 1.2 },
  expected: ({ release, limits }) =>
    text('checks.expected.connections', {
      count: release.database.connections,
      factors: expectation('at-least', limits, 'count'),
    }),
  judge: ({ facts, release, limits }) => {
    const { maxConnections, reserved, used } = answerOf(facts.figures);
    const free = maxConnections - reserved - used;
    const factor = free / Math.max(1, release.database.connections);
    return {
      status: compare('at-least', factor, limits),
      actual: text('checks.actual.connections', { free, maximum: maxConnections, used, factor: factor.toFixed(2) }),
    };
  },
};
