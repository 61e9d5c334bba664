import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** Architecture of the nodes. */
export const dependencyClusterArchitectureCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-architecture',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ release }) => verbatim(release.architectures.join(', ')),
  judge: ({ facts, release }) => {
    const nodes = answerOf(facts.nodes).filter(({ schedulable }) => schedulable);
    if (nodes.length === 0 || nodes.some(({ architecture }) => architecture === ''))
      throw new Unknown(text('checks.unknown.node-architecture'));
    const fitting = nodes.filter(({ architecture }) => release.architectures.some((one) => one === architecture));
    const actual = verbatim(nodes.map(({ name, architecture }) => `${name} ${architecture}`).join(', '));
    return { status: fitting.length === 0 ? 'failed' : fitting.length < nodes.length ? 'warning' : 'passed', actual };
  },
};
