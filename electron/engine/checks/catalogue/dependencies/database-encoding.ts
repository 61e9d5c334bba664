import { verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database encoding. */
export const dependencyDatabaseEncodingCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-encoding',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  expected: () => verbatim('UTF8'),
  judge: ({ facts }) => {
    const { encoding } = answerOf(facts.figures);
    return { status: encoding === 'UTF8' ? 'passed' : 'failed', actual: verbatim(encoding) };
  },
};
