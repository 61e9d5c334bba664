import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf } from '../../unknown.ts';

/** Home and temporary folder are writable. */
export const permissionTemporaryFolderCheck: HostCheck = {
  id: 'permission.temporary-folder',
  category: 'permission',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['temporary'],
  command: 'chmod 1777 /tmp',
  expected: () => text('checks.expected.writable'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'temporary');
    const refused = lines.filter((line) => line.endsWith(' refused')).map((line) => line.slice(0, -8));
    if (refused.length > 0)
      return { status: 'failed', actual: text('checks.actual.refused', { paths: refused.join(', ') }) };
    return { status: 'passed', actual: verbatim(lines.map((line) => line.replace(/ writable$/, '')).join(', ')) };
  },
};
