import { text } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** Swappiness. */
export const osSwappinessCheck = numericCheck({
  id: 'os.swappiness',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-most', recommended: 60 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w vm.swappiness=10',
  applicable: ({ host }) => (host.roles.includes('database') ? undefined : text('checks.reason.no-database')),
  measure: ({ facts }) => sysctlNumber(facts, 'vm/swappiness'),
});
