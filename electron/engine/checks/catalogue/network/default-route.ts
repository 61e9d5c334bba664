import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { defaultRoute } from '../../readings/network.ts';

/** Default route. */
export const networkDefaultRouteCheck: HostCheck = {
  id: 'network.default-route',
  category: 'network',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['route'],
  expected: () => text('checks.expected.default-route'),
  judge: ({ facts }) => {
    const name = defaultRoute(facts);
    if (name === undefined) return { status: 'warning', actual: text('checks.actual.route-none') };
    return { status: 'passed', actual: verbatim(name) };
  },
};
