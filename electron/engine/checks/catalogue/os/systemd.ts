import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf } from '../../unknown.ts';

/** systemd. */
export const osSystemdCheck: HostCheck = {
  id: 'os.systemd',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['init'],
  command: 'systemctl --failed',
  expected: () => verbatim('systemd'),
  judge: ({ facts }) => {
    const [init = '', state = ''] = linesOf(facts, 'init');
    if (init !== 'systemd') return { status: 'failed', actual: verbatim(init) };
    if (state === 'degraded')
      return { status: 'warning', actual: verbatim(`systemd, ${state}`), why: text('checks.why.systemd-degraded') };
    return { status: 'passed', actual: verbatim(state === '' ? 'systemd' : `systemd, ${state}`) };
  },
};
