import { text } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { linesOf, unreadable } from '../../unknown.ts';

/** AppArmor. */
export const osApparmorCheck: HostCheck = {
  id: 'os.apparmor',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['apparmor'],
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => text('checks.expected.apparmor'),
  judge: ({ facts }) => {
    const [enabled = '', parser = ''] = linesOf(facts, 'apparmor');
    if (enabled !== 'Y' && enabled !== 'N') throw unreadable('apparmor', enabled);
    if (enabled === 'N') return { status: 'passed', actual: text('checks.actual.off') };
    if (parser === 'parser') return { status: 'passed', actual: text('checks.actual.apparmor') };
    return { status: 'failed', actual: text('checks.actual.apparmor-no-parser') };
  },
};
