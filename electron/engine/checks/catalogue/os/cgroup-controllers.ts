import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { linesOf, unreadable } from '../../unknown.ts';

/** Control groups. */
export const osCgroupControllersCheck: HostCheck = {
  id: 'os.cgroup-controllers',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['cgroup'],
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('cpu, cpuset, memory, pids'),
  judge: ({ facts }) => {
    const [version = '', ...lines] = linesOf(facts, 'cgroup');
    if (version !== 'v1' && version !== 'v2') throw unreadable('cgroup', version);
    const found =
      version === 'v2'
        ? lines.join(' ').split(/\s+/)
        : lines.filter((line) => /\s1$/.test(line)).map((line) => line.split(/\s+/)[0] ?? '');
    const lacking = ['cpu', 'cpuset', 'memory', 'pids'].filter((name) => !found.includes(name));
    if (lacking.length > 0)
      return { status: 'failed', actual: text('checks.actual.lacking', { items: lacking.join(', ') }) };
    return { status: 'passed', actual: verbatim(`cgroup ${version}`) };
  },
};
