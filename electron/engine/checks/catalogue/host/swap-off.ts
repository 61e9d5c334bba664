import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { swapDevices } from '../../readings/hardware.ts';

/** Swap off. */
export const hostSwapOffCheck: HostCheck = {
  id: 'host.swap-off',
  category: 'host',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['swaps'],
  command: "swapoff -a && sed -i '/\\sswap\\s/s/^/#/' /etc/fstab",
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => text('checks.expected.swap-off'),
  judge: ({ facts }) => {
    const devices = swapDevices(facts);
    if (devices.length === 0) return { status: 'passed', actual: text('checks.actual.swap-none') };
    return { status: 'failed', actual: verbatim(devices.join(', ')) };
  },
};
