import { text } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Create, alter and drop. */
export const dependencyDatabaseSchemaCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-schema',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  expected: () => text('checks.expected.scratch'),
  judge: ({ facts }) => {
    if (facts.scratch !== null && !('value' in facts.scratch))
      return { status: 'failed', actual: wordsOf(facts.scratch) };
    return { status: 'passed', actual: text('checks.actual.scratch', { count: answerOf(facts.scratch) }) };
  },
};
