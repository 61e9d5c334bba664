import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { linesOf } from '../../unknown.ts';

/** Container runtime answers. */
export const runtimeSocketCheck: HostCheck = {
  id: 'runtime.socket',
  category: 'runtime',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['runtime'],
  command: 'systemctl enable --now containerd',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => text('checks.expected.runtime-socket'),
  judge: ({ facts }) => {
    const sockets = linesOf(facts, 'runtime')
      .filter((line) => line.startsWith('socket '))
      .map((line) => line.slice(7));
    const usable = sockets.filter((path) => path !== '/run/docker.sock');
    if (usable.length === 0)
      return {
        status: 'failed',
        actual: sockets.length === 0 ? text('checks.actual.no-socket') : verbatim(sockets.join(', ')),
      };
    return { status: 'passed', actual: verbatim(usable.join(', ')) };
  },
};
