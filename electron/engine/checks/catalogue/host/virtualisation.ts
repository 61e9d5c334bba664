import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { sectionOf, unreadable } from '../../unknown.ts';

/** Virtualisation. */
export const hostVirtualisationCheck: HostCheck = {
  id: 'host.virtualisation',
  category: 'host',
  clause: clauses.environment,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['virtualisation'],
  expected: () => text('checks.expected.information'),
  judge: ({ facts }) => {
    const section = sectionOf(facts, 'virtualisation');
    const word = section.stdout.trim();
    if (word === '') throw unreadable('virtualisation', section.stderr);
    return { status: 'passed', actual: word === 'none' ? text('checks.actual.bare-metal') : verbatim(word) };
  },
};
