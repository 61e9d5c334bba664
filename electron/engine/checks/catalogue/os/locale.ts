import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf, sectionOf } from '../../unknown.ts';

/** UTF-8 locale. */
export const osLocaleCheck: HostCheck = {
  id: 'os.locale',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['locale'],
  command: 'localectl set-locale LANG=C.UTF-8',
  expected: () => verbatim('UTF-8'),
  judge: ({ facts }) => {
    const section = sectionOf(facts, 'locale');
    if (section.code === 127)
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-locale'),
      };
    const found = linesOf(facts, 'locale').filter((line) => /utf-?8/i.test(line));
    const actual = found.length === 0 ? text('checks.actual.locale-none') : verbatim(found.slice(0, 3).join(', '));
    return { status: found.length === 0 ? 'warning' : 'passed', actual };
  },
};
