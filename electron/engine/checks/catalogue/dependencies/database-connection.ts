import { text, verbatim } from '../../../../contract/text.ts';
import { type DatabaseFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database accepts the administrator. */
export const dependencyDatabaseConnectionCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-connection',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ site }) => verbatim(`${site.database?.user}@${site.database?.address}:${site.database?.port}`),
  judge: ({ facts }) => {
    if ('value' in facts.figures) return { status: 'passed', actual: text('checks.actual.accepted') };
    return { status: 'failed', actual: wordsOf(facts.figures) };
  },
};
