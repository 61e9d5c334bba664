import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { cpuCount } from '../../readings/hardware.ts';

/** CPU count. */
export const hostCpuCountCheck = numericCheck({
  id: 'host.cpu-count',
  category: 'host',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  limits: {
    direction: 'at-least',
    minimum: 2,
    recommended: 4,
    roles: { 'control-plane': { minimum: 2, recommended: 4 }, worker: { minimum: 4, recommended: 8 } },
  },
  unit: 'cores',
  needs: ['cpu'],
  measure: ({ facts }) => cpuCount(facts),
});
