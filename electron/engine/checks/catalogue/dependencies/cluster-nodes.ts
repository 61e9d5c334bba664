import { text } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Nodes are ready. */
export const dependencyClusterNodesCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-nodes',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  command: 'kubectl describe node NAME',
  expected: () => text('checks.expected.nodes'),
  judge: ({ facts }) => {
    const nodes = answerOf(facts.nodes);
    const bad = nodes.filter(({ ready, pressures }) => !ready || pressures.length > 0);
    const words = bad
      .map(({ name, ready, pressures }) => `${name}: ${[...(ready ? [] : ['NotReady']), ...pressures].join(' ')}`)
      .join(', ');
    const usable = nodes.filter(
      ({ ready, schedulable, pressures }) => ready && schedulable && pressures.length === 0,
    ).length;
    const actual = text('checks.actual.nodes', { usable, count: nodes.length, bad: words === '' ? '-' : words });
    return { status: usable === 0 ? 'failed' : bad.length > 0 ? 'warning' : 'passed', actual };
  },
};
