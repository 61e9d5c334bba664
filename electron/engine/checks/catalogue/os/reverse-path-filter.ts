import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { sysctl } from '../../readings/system.ts';

/** Reverse path filter. */
export const osReversePathFilterCheck: HostCheck = {
  id: 'os.reverse-path-filter',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['sysctl'],
  command: 'sysctl -w net.ipv4.conf.all.rp_filter=2',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('net.ipv4.conf.all.rp_filter = 0 / 2'),
  judge: ({ facts }) => {
    const value = sysctl(facts, 'net/ipv4/conf/all/rp_filter');
    return { status: value === '1' ? 'warning' : 'passed', actual: verbatim(`net.ipv4.conf.all.rp_filter = ${value}`) };
  },
};
