import { text } from '../../../../contract/text.ts';
import { crossCheck, judgeUnique } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { nonEmpty, outputOf } from '../../unknown.ts';

/** machine-id is unique. */
export const osMachineIdUniqueCheck = crossCheck<string>({
  id: 'os.machine-id-unique',
  category: 'os',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: true,
  scope: 'site',
  needs: ['machine-id'],
  command: 'rm /etc/machine-id && systemd-machine-id-setup && reboot',
  expected: () => text('checks.expected.unique'),
  read: ({ facts }) => nonEmpty('machine-id', outputOf(facts, 'machine-id').trim()),
  judge: judgeUnique,
});
