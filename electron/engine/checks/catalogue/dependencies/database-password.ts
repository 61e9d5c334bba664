import { verbatim } from '../../../../contract/text.ts';
import { answerOf, type DatabaseFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Password hashes. */
export const dependencyDatabasePasswordCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-password',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'endpoint',
  expected: () => verbatim('scram-sha-256'),
  judge: ({ facts }) => {
    const { passwordEncryption } = answerOf(facts.figures);
    return {
      status: passwordEncryption === 'scram-sha-256' ? 'passed' : 'warning',
      actual: verbatim(passwordEncryption),
    };
  },
};
