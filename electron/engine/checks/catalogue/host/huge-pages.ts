import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { outputOf, unreadable } from '../../unknown.ts';

/** Transparent huge pages. */
export const hostHugePagesCheck: HostCheck = {
  id: 'host.huge-pages',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['huge-pages'],
  command: 'echo madvise > /sys/kernel/mm/transparent_hugepage/enabled',
  expected: () => verbatim('madvise / never'),
  judge: ({ facts }) => {
    const words = outputOf(facts, 'huge-pages').trim();
    if (words === 'none') return { status: 'passed', actual: text('checks.actual.kernel-without') };
    const chosen = /\[(\w+)\]/.exec(words)?.[1];
    if (chosen === undefined) throw unreadable('huge-pages', words);
    return { status: chosen === 'always' ? 'warning' : 'passed', actual: verbatim(chosen) };
  },
};
