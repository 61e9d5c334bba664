import { text } from '../../../../contract/text.ts';
import { type RegistryFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** Registry protocol. */
export const dependencyRegistryProtocolCheck: EndpointCheck<RegistryFacts> = {
  id: 'dependency.registry-protocol',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  applicable: ({ facts }) => (facts.ping === null ? text('checks.reason.registry-later') : undefined),
  expected: () => text('checks.expected.registry-protocol'),
  judge: ({ facts }) => {
    const ping = facts.ping;
    if (ping === null || 'value' in ping || ping.code === 'registry-unauthorized')
      return { status: 'passed', actual: text('checks.actual.registry-protocol') };
    if (ping.code === 'registry-response') return { status: 'failed', actual: wordsOf(ping) };
    throw new Unknown(wordsOf(ping));
  },
};
