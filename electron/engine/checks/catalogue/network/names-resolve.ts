import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { plannedNames } from '../../plan.ts';
import { resolved } from '../../readings/network.ts';

/** Names of the plan resolve. */
export const networkNamesResolveCheck: HostCheck = {
  id: 'network.names-resolve',
  category: 'network',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: [],
  applicable: ({ site, host }) => (plannedNames(site, host).length > 0 ? undefined : text('checks.reason.no-names')),
  expected: ({ site, host }) => verbatim(plannedNames(site, host).join(', ')),
  judge: ({ site, host, facts }) => {
    const found = plannedNames(site, host).map((name) => ({ name, addresses: resolved(facts, name) }));
    const lost = found.filter((one) => one.addresses.length === 0);
    const words = found.map(({ name, addresses }) => `${name} ${addresses[0] ?? '?'}`).join(', ');
    return { status: lost.length > 0 ? 'failed' : 'passed', actual: verbatim(words) };
  },
};
