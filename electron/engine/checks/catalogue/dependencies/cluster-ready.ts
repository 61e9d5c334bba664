import { text, verbatim } from '../../../../contract/text.ts';
import { type ClusterFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Cluster API is ready. */
export const dependencyClusterReadyCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-ready',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  command: 'kubectl get --raw /readyz?verbose',
  expected: () => verbatim('/readyz ok'),
  judge: ({ facts }) => {
    if (!('value' in facts.ready)) return { status: 'failed', actual: wordsOf(facts.ready) };
    return {
      status: facts.ready.value ? 'passed' : 'failed',
      actual: text(facts.ready.value ? 'checks.actual.ready' : 'checks.actual.not-ready'),
    };
  },
};
