import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { sectionOf, Unknown } from '../../unknown.ts';

/** No wildcard search domain. */
export const networkWildcardDomainCheck: HostCheck = {
  id: 'network.wildcard-domain',
  category: 'network',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['wildcard'],
  expected: () => text('checks.expected.no-wildcard'),
  judge: ({ facts }) => {
    const section = sectionOf(facts, 'wildcard');
    // 2 is getent's word for "not found"; a made-up name must not be found.
    if (section.code === 2) return { status: 'passed', actual: text('checks.actual.not-found') };
    if (section.code === 0) return { status: 'failed', actual: verbatim(section.stdout.trim().split('\n')[0] ?? '') };
    throw new Unknown(
      text('checks.unknown.code', {
        section: 'wildcard',
        code: section.code,
        words: section.stderr.slice(0, 120) || '-',
      }),
    );
  },
};
