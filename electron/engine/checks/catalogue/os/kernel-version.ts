import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { isAtLeast, versionNumbers } from '../../readings/system.ts';
import { outputOf, unreadable } from '../../unknown.ts';

/** Kernel version. */
export const osKernelVersionCheck: HostCheck = {
  id: 'os.kernel-version',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['kernel'],
  expected: () =>
    text('checks.expected.both', {
      bound: text('checks.expected.at-least', { value: verbatim('3.10') }),
      recommended: verbatim('4.18'),
    }),
  judge: ({ facts }) => {
    const release = outputOf(facts, 'kernel').trim();
    const version = versionNumbers(release);
    if (version.length < 2) throw unreadable('kernel', release);
    const status = !isAtLeast(version, [3, 10]) ? 'failed' : isAtLeast(version, [4, 18]) ? 'passed' : 'warning';
    return { status, actual: verbatim(release) };
  },
};
