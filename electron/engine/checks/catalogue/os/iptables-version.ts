import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { pairsOf, versionNumbers } from '../../readings/system.ts';
import { outputOf, unreadable } from '../../unknown.ts';

/** iptables version. */
export const osIptablesVersionCheck: HostCheck = {
  id: 'os.iptables-version',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['commands', 'iptables'],
  command: 'update-alternatives --set iptables /usr/sbin/iptables-legacy',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => text('checks.expected.iptables'),
  judge: ({ facts }) => {
    if (pairsOf(facts, 'commands').get('iptables') !== 'found')
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-iptables'),
      };
    const words = outputOf(facts, 'iptables').trim();
    const [major, minor, patch = 0] = versionNumbers(words);
    if (major === undefined || minor === undefined) throw unreadable('iptables', words);
    const broken = words.includes('nf_tables') && major === 1 && minor === 8 && patch <= 3;
    return { status: broken ? 'failed' : 'passed', actual: verbatim(words) };
  },
};
