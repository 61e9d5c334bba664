import { verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Database version. */
export const dependencyDatabaseVersionCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-version',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ release }) => verbatim(`PostgreSQL ${release.database.minimum} - ${release.database.maximum}`),
  judge: ({ facts, release }) => {
    const { major, version } = answerOf(facts.figures);
    const fits = major >= release.database.minimum && major <= release.database.maximum;
    return { status: fits ? 'passed' : 'failed', actual: verbatim(`PostgreSQL ${version}`) };
  },
};
