import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { plannedPaths } from '../../plan.ts';
import { mountOf, mounts, pathFacts } from '../../readings/storage.ts';

/** Planned folders are writable. */
export const storageMountOptionsCheck: HostCheck = {
  id: 'storage.mount-options',
  category: 'storage',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['mounts'],
  expected: () => text('checks.expected.writable'),
  judge: (subject) => {
    const all = mounts(subject.facts);
    const found = plannedPaths(subject.release, subject.host).map(({ path }) => ({
      path,
      mount: mountOf(all, pathFacts(subject.facts, path).real),
    }));
    const locked = found.filter(({ mount }) => mount.options.includes('ro'));
    if (locked.length > 0)
      return {
        status: 'failed',
        actual: verbatim(locked.map(({ path, mount }) => `${path}: ${mount.options.join(',')}`).join('; ')),
      };
    return {
      status: 'passed',
      actual: verbatim(
        [...new Set(found.map(({ mount }) => `${mount.path}: ${mount.options.slice(0, 4).join(',')}`))].join('; '),
      ),
    };
  },
};
