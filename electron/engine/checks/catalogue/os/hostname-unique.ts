import { text } from '../../../../contract/text.ts';
import { crossCheck, judgeUnique } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { hostname } from '../../readings/system.ts';
import { nonEmpty } from '../../unknown.ts';

/** Host name is unique. */
export const osHostnameUniqueCheck = crossCheck<string>({
  id: 'os.hostname-unique',
  category: 'os',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: true,
  scope: 'site',
  needs: ['hostname'],
  command: 'hostnamectl set-hostname NAME',
  expected: () => text('checks.expected.unique'),
  read: ({ facts }) => nonEmpty('hostname', hostname(facts)),
  judge: judgeUnique,
});
