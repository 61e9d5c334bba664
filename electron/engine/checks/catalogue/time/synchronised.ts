import { text } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { linesOf, sectionOf, Unknown } from '../../unknown.ts';

/** Time is synchronised. */
export const timeSynchronisedCheck: HostCheck = {
  id: 'time.synchronised',
  category: 'time',
  clause: clauses.environment,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['time-sync', 'chrony'],
  command: 'systemctl enable --now chronyd && chronyc makestep',
  expected: () => text('checks.expected.synchronised'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'time-sync');
    const state = lines
      .map((line) => /^(?:NTPSynchronized=|.*synchronized:\s*)(yes|no)$/i.exec(line)?.[1])
      .find((word) => word !== undefined);
    const sources = lines.filter((line) => line.startsWith('active ')).map((line) => line.slice(7));
    const chrony = sectionOf(facts, 'chrony');
    const leap = chrony.code === 0 ? chrony.stdout.trim().split(',').at(-1) : undefined;
    const words = sources.join(', ') || '-';
    if (state === 'yes' || leap === 'Normal')
      return { status: 'passed', actual: text('checks.actual.synchronised', { source: words }) };
    if (state === undefined && sources.length === 0) throw new Unknown(text('checks.unknown.time-sync'));
    // Hypervisor tools set the clock without telling the kernel, so a running source is doubt, not proof.
    return {
      status: sources.length > 0 ? 'warning' : 'failed',
      actual: text('checks.actual.not-synchronised', { source: words }),
    };
  },
};
