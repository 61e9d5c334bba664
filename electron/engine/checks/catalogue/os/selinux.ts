import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { outputOf, unreadable } from '../../unknown.ts';

/** SELinux. */
export const osSelinuxCheck: HostCheck = {
  id: 'os.selinux',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['selinux'],
  expected: () => text('checks.expected.selinux'),
  judge: ({ facts }) => {
    const word = outputOf(facts, 'selinux').trim().toLowerCase();
    const mode = { '1': 'enforcing', '0': 'permissive' }[word] ?? word;
    if (!['enforcing', 'permissive', 'disabled', 'none'].includes(mode)) throw unreadable('selinux', word);
    return {
      status: mode === 'enforcing' ? 'warning' : 'passed',
      actual: mode === 'none' ? text('checks.actual.kernel-without') : verbatim(mode),
    };
  },
};
