import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { linesOf } from '../../unknown.ts';

/** Trust folder of the runtime. */
export const runtimeRegistryTrustFolderCheck: HostCheck = {
  id: 'runtime.registry-trust-folder',
  category: 'runtime',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['runtime'],
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('config_path = /etc/containerd/certs.d'),
  judge: ({ facts }) => {
    const lines = linesOf(facts, 'runtime');
    const containerd = lines.find((line) => line.startsWith('version containerd'));
    if (containerd === undefined)
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-runtime'),
      };
    const paths = lines.filter((line) => line.startsWith('config-path ')).map((line) => line.slice(12).trim());
    const there = paths.some((path) => path.split(':').includes('/etc/containerd/certs.d'));
    return {
      status: there ? 'passed' : 'warning',
      actual: there ? verbatim('/etc/containerd/certs.d') : text('checks.actual.no-trust-folder'),
    };
  },
};
