import { text } from '../../../../contract/text.ts';
import { answerOf, type RegistryHostFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** The port of the bundle's registry is free, or its own already. */
export const dependencyRegistryHostPortCheck: EndpointCheck<RegistryHostFacts> = {
  id: 'dependency.registry-host-port',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: () => text('checks.expected.port-free'),
  judge: ({ facts }) => {
    const { holder, running } = answerOf(facts.host);
    if (holder !== '') return { status: 'failed', actual: text('checks.actual.port-held', { holder }) };
    return { status: 'passed', actual: text(running ? 'checks.actual.port-own' : 'checks.actual.port-free') };
  },
};
