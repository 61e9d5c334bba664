import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { outputOf } from '../../unknown.ts';

/** CPU frequency governor. */
export const hostGovernorCheck: HostCheck = {
  id: 'host.governor',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['governor'],
  expected: () => text('checks.expected.governor'),
  judge: ({ facts }) => {
    const governor = outputOf(facts, 'governor').trim();
    if (governor === 'none') return { status: 'passed', actual: text('checks.actual.governor-none') };
    return { status: governor === 'powersave' ? 'warning' : 'passed', actual: verbatim(governor) };
  },
};
