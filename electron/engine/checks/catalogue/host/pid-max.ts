import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** Number of processes (pid_max). */
export const hostPidMaxCheck = numericCheck({
  id: 'host.pid-max',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 4096, recommended: 32768 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w kernel.pid_max=4194304',
  measure: ({ facts }) => sysctlNumber(facts, 'kernel/pid_max'),
});
