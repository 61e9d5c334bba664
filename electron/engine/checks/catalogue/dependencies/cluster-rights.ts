import { text } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Rights in the cluster. */
export const dependencyClusterRightsCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-rights',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ facts }) =>
    text('checks.expected.rights', { count: 'value' in facts.rights ? facts.rights.value.length : '-' }),
  judge: ({ facts }) => {
    const rights = answerOf(facts.rights);
    const refused = rights
      .filter(({ allowed }) => !allowed)
      .map(({ verb, group, resource }) => `${verb} ${resource}${group === '' ? '' : `.${group}`}`);
    if (refused.length > 0)
      return {
        status: 'failed',
        actual: text('checks.actual.rights-refused', { rights: refused.slice(0, 20).join(', ') }),
      };
    return { status: 'passed', actual: text('checks.actual.rights', { count: rights.length }) };
  },
};
