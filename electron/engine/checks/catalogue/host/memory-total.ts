import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { memoryGiB } from '../../readings/hardware.ts';

/** Memory. */
export const hostMemoryTotalCheck = numericCheck({
  id: 'host.memory-total',
  category: 'host',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 4, recommended: 8 },
  unit: 'GiB',
  needs: ['meminfo'],
  allowance: 0.07,
  measure: ({ facts }) => memoryGiB(facts, 'MemTotal'),
});
