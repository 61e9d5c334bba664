import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf, unreadable } from '../../unknown.ts';

/** Root rights. */
export const permissionRootCheck: HostCheck = {
  id: 'permission.root',
  category: 'permission',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: true,
  scope: 'host',
  needs: ['shell'],
  expected: () => text('checks.expected.root'),
  judge: ({ facts }) => {
    const [uid = '', user = ''] = linesOf(facts, 'shell');
    if (!/^\d+$/.test(uid)) throw unreadable('shell', uid);
    return { status: uid === '0' ? 'passed' : 'failed', actual: verbatim(`${user} (uid ${uid})`) };
  },
};
