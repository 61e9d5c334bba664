import { text } from '../../../../contract/text.ts';
import { answerOf, type ClusterFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** Capacity of the cluster. */
export const dependencyClusterCapacityCheck: EndpointCheck<ClusterFacts> = {
  id: 'dependency.cluster-capacity',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  expected: ({ facts }) =>
    text('checks.expected.capacity', {
      cpu: facts.demand.cpu.toFixed(2),
      memory: (facts.demand.memory / 2 ** 30).toFixed(2),
    }),
  judge: ({ facts }) => {
    const nodes = answerOf(facts.nodes).filter(({ ready, schedulable }) => ready && schedulable);
    const requested = answerOf(facts.requested);
    const cpu = nodes.reduce((sum, node) => sum + node.cpu, 0) - requested.cpu;
    const memory = nodes.reduce((sum, node) => sum + node.memory, 0) - requested.memory;
    if (!Number.isFinite(cpu) || !Number.isFinite(memory)) throw new Unknown(text('checks.unknown.capacity'));
    const actual = text('checks.actual.capacity', { cpu: cpu.toFixed(2), memory: (memory / 2 ** 30).toFixed(2) });
    const enough = (share: number): boolean => cpu >= facts.demand.cpu * share && memory >= facts.demand.memory * share;
    return { status: !enough(1) ? 'failed' : enough(1.2) ? 'passed' : 'warning', actual };
  },
};
