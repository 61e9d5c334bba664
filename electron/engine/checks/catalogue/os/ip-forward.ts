import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { sysctl } from '../../readings/system.ts';

/** IP forwarding. */
export const osIpForwardCheck: HostCheck = {
  id: 'os.ip-forward',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['sysctl'],
  command: 'sysctl -w net.ipv4.ip_forward=1',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('net.ipv4.ip_forward = 1'),
  judge: ({ facts }) => {
    const value = sysctl(facts, 'net/ipv4/ip_forward');
    return { status: value === '1' ? 'passed' : 'failed', actual: verbatim(`net.ipv4.ip_forward = ${value}`) };
  },
};
