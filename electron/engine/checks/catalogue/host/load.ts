import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { loadPerCore } from '../../readings/hardware.ts';

/** Load per core. */
export const hostLoadCheck = numericCheck({
  id: 'host.load',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-most', minimum: 1.5, recommended: 0.7 },
  unit: 'perCore',
  needs: ['loadavg', 'cpu'],
  measure: ({ facts }) => loadPerCore(facts),
});
