import { text, verbatim } from '../../../../contract/text.ts';
import { type RegistryFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Registry answers. */
export const dependencyRegistryTcpCheck: EndpointCheck<RegistryFacts> = {
  id: 'dependency.registry-tcp',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'endpoint',
  expected: ({ site }) => verbatim(site.registry?.url ?? '-'),
  judge: ({ facts }) => {
    if ('value' in facts.tcp) return { status: 'passed', actual: text('checks.actual.connected') };
    return { status: 'failed', actual: wordsOf(facts.tcp) };
  },
};
