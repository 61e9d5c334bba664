import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { pairsOf } from '../../readings/system.ts';
import { unreadable } from '../../unknown.ts';

/** Kernel modules. */
export const osModulesCheck: HostCheck = {
  id: 'os.modules',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['modules'],
  command: 'modprobe -a overlay br_netfilter nf_conntrack',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('overlay, br_netfilter, nf_conntrack, ip_tables / nf_tables'),
  judge: ({ facts }) => {
    const states = pairsOf(facts, 'modules');
    const usable = (name: string): boolean => {
      const state = states.get(name);
      if (state === undefined) throw unreadable('modules', name);
      return state !== 'absent';
    };
    const lacking = ['overlay', 'br_netfilter', 'nf_conntrack'].filter((name) => !usable(name));
    if (!usable('ip_tables') && !usable('nf_tables')) lacking.push('ip_tables / nf_tables');
    if (lacking.length > 0)
      return { status: 'failed', actual: text('checks.actual.lacking', { items: lacking.join(', ') }) };
    return {
      status: 'passed',
      actual: verbatim(
        [...states]
          .filter(([, state]) => state !== 'absent')
          .map(([name, state]) => `${name} (${state})`)
          .join(', '),
      ),
    };
  },
};
