import { text, verbatim } from '../../../../contract/text.ts';
import { crossCheck } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { interfaces } from '../../readings/network.ts';

/** MAC addresses are unique. */
export const networkMacUniqueCheck = crossCheck<readonly string[]>({
  id: 'network.mac-unique',
  category: 'network',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'site',
  needs: ['interfaces'],
  expected: () => text('checks.expected.unique'),
  read: ({ facts }) => interfaces(facts).map(({ mac }) => mac),
  judge: ({ subject, value }, all) => {
    const others = all.filter((one) => one.subject.host.name !== subject.host.name);
    const shared = others
      .filter((one) => one.value.some((mac) => value.includes(mac)))
      .map((one) => one.subject.host.name);
    if (shared.length > 0)
      return {
        status: 'failed',
        actual: text('checks.actual.shared', { value: value.join(', '), hosts: shared.join(', ') }),
      };
    return { status: 'passed', actual: verbatim(value.join(', ') || '-') };
  },
});
