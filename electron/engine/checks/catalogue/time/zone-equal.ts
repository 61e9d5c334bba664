import { text } from '../../../../contract/text.ts';
import { crossCheck, judgeEqual } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { nonEmpty, outputOf } from '../../unknown.ts';

/** Time zones are equal. */
export const timeZoneEqualCheck = crossCheck<string>({
  id: 'time.zone-equal',
  category: 'time',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'site',
  needs: ['time-zone'],
  command: 'timedatectl set-timezone Asia/Shanghai',
  expected: () => text('checks.expected.equal'),
  read: ({ facts }) => nonEmpty('time-zone', outputOf(facts, 'time-zone').trim()),
  judge: judgeEqual,
});
