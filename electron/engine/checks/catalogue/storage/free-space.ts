import { verbatim } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { tightest } from '../../readings/storage.ts';

/** Free space. */
export const storageFreeSpaceCheck = numericCheck({
  id: 'storage.free-space',
  category: 'storage',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 10, recommended: 20 },
  unit: 'GiB',
  needs: [],
  about: (subject) => verbatim(tightest(subject, ({ freeGiB }) => freeGiB).path),
  measure: (subject) => tightest(subject, ({ freeGiB }) => freeGiB).value,
});
