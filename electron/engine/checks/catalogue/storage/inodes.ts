import { verbatim } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { tightest } from '../../readings/storage.ts';

/** Free inodes. */
export const storageInodesCheck = numericCheck({
  id: 'storage.inodes',
  category: 'storage',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  limits: { direction: 'at-least', minimum: 5, recommended: 20 },
  unit: 'percent',
  needs: [],
  about: (subject) => verbatim(tightest(subject, ({ freeInodePercent }) => freeInodePercent ?? 100).path),
  measure: (subject) => tightest(subject, ({ freeInodePercent }) => freeInodePercent ?? 100).value,
});
