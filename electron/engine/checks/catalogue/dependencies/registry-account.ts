import { text, verbatim } from '../../../../contract/text.ts';
import { type RegistryFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** Registry account. */
export const dependencyRegistryAccountCheck: EndpointCheck<RegistryFacts> = {
  id: 'dependency.registry-account',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'endpoint',
  applicable: ({ facts }) => (facts.ping === null ? text('checks.reason.registry-later') : undefined),
  expected: ({ site }) => verbatim(site.registry?.user ?? '-'),
  judge: ({ facts }) => {
    const ping = facts.ping;
    if (ping === null || 'value' in ping) return { status: 'passed', actual: text('checks.actual.accepted') };
    if (ping.code === 'registry-unauthorized') return { status: 'failed', actual: wordsOf(ping) };
    throw new Unknown(wordsOf(ping));
  },
};
