import { text, verbatim } from '../../../../contract/text.ts';
import { answerOf, type RegistryFacts } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';

/** Registry speaks TLS. */
export const dependencyRegistryTlsCheck: EndpointCheck<RegistryFacts> = {
  id: 'dependency.registry-tls',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  expected: () => text('checks.expected.tls'),
  judge: ({ facts }) => {
    if (facts.tls === null)
      return { status: 'warning', actual: text('checks.actual.plain-http'), why: text('checks.why.plain-http') };
    const { authorized, reason, protocol } = answerOf(facts.tls);
    if (!/^TLSv1\.[23]$/.test(protocol)) return { status: 'failed', actual: verbatim(protocol) };
    if (authorized) return { status: 'passed', actual: text('checks.actual.trusted', { protocol }) };
    return {
      status: 'warning',
      actual: text('checks.actual.untrusted', { protocol, reason }),
      why: text('checks.why.certificate-later'),
    };
  },
};
