import { text, verbatim } from '../../../../contract/text.ts';
import { type DatabaseFacts, wordsOf } from '../../endpoints.ts';
import { clauses, type EndpointCheck } from '../../model.ts';
import { Unknown } from '../../unknown.ts';

/** Database speaks TLS. */
export const dependencyDatabaseTlsCheck: EndpointCheck<DatabaseFacts> = {
  id: 'dependency.database-tls',
  category: 'dependencies',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'endpoint',
  expected: () => text('checks.expected.tls'),
  judge: ({ facts }) => {
    if (!('value' in facts.tls)) {
      if (facts.tls.code !== 'handshake-failed') throw new Unknown(wordsOf(facts.tls));
      return { status: 'warning', actual: wordsOf(facts.tls), why: text('checks.why.certificate-later') };
    }
    const { authorized, reason, protocol } = facts.tls.value;
    if (!/^TLSv1\.[23]$/.test(protocol)) return { status: 'failed', actual: verbatim(protocol) };
    if (authorized) return { status: 'passed', actual: text('checks.actual.trusted', { protocol }) };
    return {
      status: 'warning',
      actual: text('checks.actual.untrusted', { protocol, reason }),
      why: text('checks.why.certificate-later'),
    };
  },
};
