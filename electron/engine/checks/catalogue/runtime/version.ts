import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { runsContainers } from '../../plan.ts';
import { isAtLeast, versionNumbers } from '../../readings/system.ts';
import { linesOf, unreadable } from '../../unknown.ts';

/** Version of the container runtime. */
export const runtimeVersionCheck: HostCheck = {
  id: 'runtime.version',
  category: 'runtime',
  clause: clauses.dependencies,
  severity: 'minor',
  mustPass: false,
  scope: 'host',
  needs: ['runtime'],
  applicable: ({ host }) => (runsContainers(host) ? undefined : text('checks.reason.no-containers')),
  expected: () => verbatim('containerd 1.6+, cri-o 1.24+'),
  judge: ({ facts }) => {
    const versions = linesOf(facts, 'runtime').filter((line) => line.startsWith('version '));
    const judged = versions.flatMap((line) => {
      const [, name = '', ...rest] = line.split(/\s+/);
      const oldest = { containerd: [1, 6], crio: [1, 24] }[name];
      const version = versionNumbers(rest.filter((word) => /^v?\d+\.\d+/.test(word))[0] ?? '');
      return oldest === undefined
        ? []
        : [{ words: `${name} ${version.join('.')}`, version, fine: isAtLeast(version, oldest) }];
    });
    if (judged.length === 0)
      return {
        status: 'not-applicable',
        actual: text('checks.actual.not-applicable'),
        why: text('checks.reason.no-runtime'),
      };
    const actual = verbatim(judged.map(({ words }) => words).join(', '));
    if (judged.some(({ version }) => version.length === 0)) throw unreadable('runtime', versions.join(', '));
    return { status: judged.every(({ fine }) => fine) ? 'passed' : 'warning', actual };
  },
};
