import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { pairsOf } from '../../readings/system.ts';
import { unreadable } from '../../unknown.ts';

/** Commands. */
export const osCommandsCheck: HostCheck = {
  id: 'os.commands',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['commands'],
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('ip, iptables, mount, nsenter; conntrack, socat, ethtool, tc'),
  judge: ({ facts }) => {
    const states = pairsOf(facts, 'commands');
    const lacking = (names: readonly string[]): string[] =>
      names.filter((name) => {
        const state = states.get(name);
        if (state === undefined) throw unreadable('commands', name);
        return state !== 'found';
      });
    const required = lacking(['ip', 'iptables', 'mount', 'nsenter']);
    const wanted = lacking(['conntrack', 'socat', 'ethtool', 'tc']);
    if (required.length + wanted.length === 0) return { status: 'passed', actual: text('checks.actual.all-there') };
    const actual = text('checks.actual.lacking', { items: [...required, ...wanted].join(', ') });
    return { status: required.length > 0 ? 'failed' : 'warning', actual };
  },
};
