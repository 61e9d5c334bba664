import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { linesOf } from '../../unknown.ts';

/** cgroup driver of the runtime. */
export const runtimeCgroupDriverCheck: HostCheck = {
  id: 'runtime.cgroup-driver',
  category: 'runtime',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['runtime', 'init'],
  command: 'systemctl restart containerd',
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('SystemdCgroup = true'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'runtime');
    const driver = lines.find((line) => line.startsWith('systemd-cgroup '))?.slice(15);
    if (!lines.some((line) => line.startsWith('version containerd')) || driver === undefined) {
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-containerd-config'),
      };
    }
    const systemd = linesOf(facts, 'init')[0] === 'systemd';
    return {
      status: systemd && driver !== 'true' ? 'warning' : 'passed',
      actual: verbatim(`SystemdCgroup = ${driver}`),
    };
  },
};
