import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { processLimit } from '../../readings/system.ts';

/** Open files (hard limit). */
export const osOpenFilesCheck = numericCheck({
  id: 'os.open-files',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 65535, recommended: 1048576 },
  unit: 'count',
  needs: ['limits'],
  measure: ({ facts }) => processLimit(facts, 'Max open files').hard,
});
