import { text } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf } from '../../unknown.ts';

/** Kernel log. */
export const hostKernelLogCheck: HostCheck = {
  id: 'host.kernel-log',
  category: 'host',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['kernel-log'],
  command: 'dmesg -T | tail -n 100',
  expected: () => text('checks.expected.kernel-log'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'kernel-log');
    const last = lines.at(-1);
    if (last === undefined) return { status: 'passed', actual: text('checks.actual.kernel-log-clean') };
    return {
      status: 'warning',
      actual: text('checks.actual.kernel-log', { count: lines.length, last: last.slice(0, 160) }),
    };
  },
};
