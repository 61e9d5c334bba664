import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { sysctlNumber } from '../../readings/system.ts';

/** Open files of the system. */
export const osFileMaxCheck = numericCheck({
  id: 'os.file-max',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 65535, recommended: 524288 },
  unit: 'count',
  needs: ['sysctl'],
  command: 'sysctl -w fs.file-max=2097152',
  measure: ({ facts }) => sysctlNumber(facts, 'fs/file-max'),
});
