import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { outputOf, sectionOf } from '../../unknown.ts';

/** Own name resolves to a network address. */
export const networkOwnNameCheck: HostCheck = {
  id: 'network.own-name',
  category: 'network',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['own-name'],
  expected: () => text('checks.expected.own-name'),
  judge: ({ facts }) => {
    const section = sectionOf(facts, 'own-name');
    if (section.code === 2) return { status: 'warning', actual: text('checks.actual.not-found') };
    const address = outputOf(facts, 'own-name').trim().split(/\s+/)[0] ?? '';
    const loopback = address.startsWith('127.') || address === '::1';
    return { status: loopback ? 'warning' : 'passed', actual: verbatim(address) };
  },
};
