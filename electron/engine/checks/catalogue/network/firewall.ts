import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { pairsOf } from '../../readings/system.ts';

/** Host firewall. */
export const networkFirewallCheck: HostCheck = {
  id: 'network.firewall',
  category: 'network',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['firewall'],
  expected: () => text('checks.expected.firewall'),
  judge: ({ facts }) => {
    const units = [...pairsOf(facts, 'firewall')];
    const active = units
      .filter(([name, state]) => state === 'active' && (name === 'firewalld' || name === 'ufw'))
      .map(([name]) => name);
    if (active.length > 0) return { status: 'warning', actual: verbatim(active.join(', ')) };
    return { status: 'passed', actual: text('checks.actual.off') };
  },
};
