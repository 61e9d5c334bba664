import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { memoryGiB } from '../../readings/hardware.ts';

/** Memory available. */
export const hostMemoryAvailableCheck = numericCheck({
  id: 'host.memory-available',
  category: 'host',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 1, recommended: 2 },
  unit: 'GiB',
  needs: ['meminfo'],
  measure: ({ facts }) => memoryGiB(facts, 'MemAvailable'),
});
