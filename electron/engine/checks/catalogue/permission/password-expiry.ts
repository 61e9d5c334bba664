import { text, verbatim } from '../../../../contract/text.ts';
import { compare } from '../../limits.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { sectionOf, unreadable } from '../../unknown.ts';

/** Password of the account does not expire soon. */
export const permissionPasswordExpiryCheck: HostCheck = {
  id: 'permission.password-expiry',
  category: 'permission',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['password'],
  limits: { direction: 'at-least', minimum: 1, recommended: 14 },
  expected: () => text('checks.expected.password-expiry'),
  judge: ({ facts, limits }) => {
    const section = sectionOf(facts, 'password');
    // BusyBox has no chage, and accounts of a directory service are unknown to it.
    if (section.stdout.trim() === 'none' || section.code !== 0)
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-chage'),
      };
    const words = /^Password expires\s*:\s*(.+)$/m.exec(section.stdout)?.[1]?.trim() ?? '';
    if (words === 'never') return { status: 'passed', actual: text('checks.actual.never') };
    if (words === 'password must be changed') return { status: 'failed', actual: verbatim(words) };
    const days = (Date.parse(`${words} UTC`) - Date.parse(facts.at)) / 86_400_000;
    if (Number.isNaN(days)) throw unreadable('password', words);
    return { status: compare('at-least', days, limits), actual: verbatim(words) };
  },
};
