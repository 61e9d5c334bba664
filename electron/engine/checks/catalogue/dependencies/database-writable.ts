import { text } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database is the writable primary. */
export const dependencyDatabaseWritableCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-writable',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: () => text('checks.expected.primary'),
  judge: ({ facts }) => {
    const { standby, readOnly } = answerOf(facts.figures);
    if (standby || readOnly)
      return { status: 'failed', actual: text(standby ? 'checks.actual.standby' : 'checks.actual.read-only') };
    return { status: 'passed', actual: text('checks.actual.primary') };
  },
};
