import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** Listen backlog. */
export const osListenBacklogCheck = numericCheck({
  id: 'os.listen-backlog',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 128, recommended: 1024 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w net.core.somaxconn=4096',
  measure: ({ facts }) => sysctlNumber(facts, 'net/core/somaxconn'),
});
