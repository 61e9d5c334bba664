import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { resolvers } from '../../readings/network.ts';

/** Name servers. */
export const networkResolversCheck: HostCheck = {
  id: 'network.resolvers',
  category: 'network',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['resolvers'],
  expected: () => text('checks.expected.resolvers'),
  judge: ({ facts }) => {
    const { servers, search } = resolvers(facts);
    const actual = verbatim(`${servers.join(', ') || '-'}; search ${search.join(', ') || '-'}`);
    if (servers.length > 3) return { status: 'warning', actual, why: text('checks.why.resolvers-many') };
    if (servers.length === 0) return { status: 'warning', actual, why: text('checks.why.resolvers-none') };
    return { status: 'passed', actual };
  },
};
