import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database collation. */
export const dependencyDatabaseCollationCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-collation',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'endpoint',
  expected: () => text('checks.expected.collation'),
  judge: ({ facts }) => {
    const { collation } = answerOf(facts.figures);
    const fine = /utf-?8/i.test(collation) || collation === 'C' || collation === 'POSIX';
    return { status: fine ? 'passed' : 'warning', actual: verbatim(collation) };
  },
};
