import { text } from '../../../../contract/text.ts';
import { crossCheck, judgeUnique } from '../../cross.ts';
import { clauses } from '../../model.ts';
import { nonEmpty, outputOf } from '../../unknown.ts';

/** product_uuid is unique. */
export const osProductUuidUniqueCheck = crossCheck<string>({
  id: 'os.product-uuid-unique',
  category: 'os',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'site',
  needs: ['product-uuid'],
  expected: () => text('checks.expected.unique'),
  read: ({ facts }) => nonEmpty('product-uuid', outputOf(facts, 'product-uuid').trim().toLowerCase()),
  judge: judgeUnique,
});
