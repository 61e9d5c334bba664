import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { sysctl } from '../../readings/system.ts';

/** Bridged traffic is filtered. */
export const osBridgeNetfilterCheck: HostCheck = {
  id: 'os.bridge-netfilter',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['sysctl'],
  command: 'sysctl -w net.bridge.bridge-nf-call-iptables=1',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('net.bridge.bridge-nf-call-iptables = 1'),
  judge: ({ facts }) => {
    const value = sysctl(facts, 'net/bridge/bridge-nf-call-iptables');
    return {
      status: value === '1' ? 'passed' : 'failed',
      actual: verbatim(`net.bridge.bridge-nf-call-iptables = ${value}`),
    };
  },
};
