import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Namespace of the release. */
export const dependencyClusterNamespaceCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-namespace',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  expected: ({ release }) => text('checks.expected.namespace', { namespace: release.namespace }),
  judge: ({ facts }) => {
    const phase = answerOf(facts.namespace);
    if (phase === '') return { status: 'passed', actual: text('checks.actual.namespace-new') };
    return { status: phase === 'Terminating' ? 'failed' : 'passed', actual: verbatim(phase) };
  },
};
