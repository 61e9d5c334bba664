import { text } from '../../../../contract/text.ts';
import { numericCheck } from '../../limits.ts';
import { clauses } from '../../model.ts';
import { outputOf, unreadable } from '../../unknown.ts';

/** Offset from the time source. */
export const timeOffsetCheck = numericCheck({
  id: 'time.offset',
  category: 'time',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  limits: { direction: 'at-most', minimum: 400, recommended: 200 },
  unit: 'ms',
  needs: ['chrony'],
  command: 'chronyc makestep',
  applicable: ({ facts }) =>
    facts.sections.chrony?.stdout.trim() === 'none' ? text('checks.reason.no-chrony') : undefined,
  measure: ({ facts }) => {
    const words = outputOf(facts, 'chrony').trim();
    const seconds = Number(words.split(',')[4] ?? Number.NaN);
    if (Number.isNaN(seconds)) throw unreadable('chrony', words);
    return Math.abs(seconds) * 1000;
  },
});
