import { text } from '../../../../contract/text.ts';
import { crossCheck, judgeEqual } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { defaultRoute, interfaces } from '../../readings/network.ts';
import { unreadable } from '../../unknown.ts';

/** MTU is equal on all hosts. */
export const networkMtuEqualCheck = crossCheck<number>({
  id: 'network.mtu-equal',
  category: 'network',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'site',
  needs: ['interfaces', 'route'],
  expected: () => text('checks.expected.equal'),
  read: ({ facts }) => {
    const route = defaultRoute(facts);
    const all = interfaces(facts);
    const own = all.find(({ name }) => name === route) ?? all[0];
    if (own === undefined) throw unreadable('interfaces', '');
    return own.mtu;
  },
  judge: judgeEqual,
});
