import { text } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { outputOf } from '../../unknown.ts';

/** Reboot pending. */
export const hostRebootPendingCheck: HostCheck = {
  id: 'host.reboot-pending',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['reboot'],
  command: 'reboot',
  expected: () => text('checks.expected.no-reboot'),
  judge: ({ facts }) => {
    const required = outputOf(facts, 'reboot').trim() === 'required';
    return {
      status: required ? 'warning' : 'passed',
      actual: text(required ? 'checks.actual.reboot-required' : 'checks.actual.reboot-none'),
    };
  },
};
