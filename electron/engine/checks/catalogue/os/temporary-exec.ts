import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { mountOf, mounts } from '../../readings/storage.ts';

/** /tmp allows execution. */
export const osTemporaryExecCheck: HostCheck = {
  id: 'os.temporary-exec',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['mounts'],
  command: 'mount -o remount,exec /tmp',
  expected: () => text('checks.expected.not-noexec'),
  judge: ({ facts }) => {
    const mount = mountOf(mounts(facts), '/tmp');
    const blocked = mount.options.includes('noexec');
    return {
      status: blocked ? 'warning' : 'passed',
      actual: verbatim(`${mount.path} ${mount.type} ${mount.options.join(',')}`),
    };
  },
};
