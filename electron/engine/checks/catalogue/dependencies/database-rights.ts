import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Rights of the administrator. */
export const dependencyDatabaseRightsCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-rights',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  expected: () => text('checks.expected.database-rights'),
  judge: ({ facts }) => {
    const { mayCreateDatabases, mayCreateRoles } = answerOf(facts.figures);
    const lacking = [...(mayCreateDatabases ? [] : ['CREATEDB']), ...(mayCreateRoles ? [] : ['CREATEROLE'])];
    if (lacking.length > 0)
      return { status: 'failed', actual: text('checks.actual.lacking', { items: lacking.join(', ') }) };
    return { status: 'passed', actual: verbatim('CREATEDB, CREATEROLE') };
  },
};
