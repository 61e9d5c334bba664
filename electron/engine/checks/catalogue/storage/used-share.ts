import { verbatim } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { tightest } from '../../readings/storage.ts';

/** Used share of the file systems. */
export const storageUsedShareCheck = numericCheck({
  id: 'storage.used-share',
  category: 'storage',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  limits: { direction: 'at-most', minimum: 90, recommended: 80 },
  unit: 'percent',
  needs: [],
  about: (subject) => verbatim(tightest(subject, ({ usedPercent }) => -usedPercent).path),
  measure: (subject) => -tightest(subject, ({ usedPercent }) => -usedPercent).value,
});
