import { text } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** Memory maps. */
export const osMapCountCheck = numericCheck({
  id: 'os.map-count',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 65530, recommended: 262144 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w vm.max_map_count=262144',
  applicable: ({ host }) => (host.roles.includes('database') ? undefined : text('checks.reason.no-database')),
  measure: ({ facts }) => sysctlNumber(facts, 'vm/max_map_count'),
});
