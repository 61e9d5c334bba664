import { text } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { plannedPaths } from '../../plan.ts';
import { pathFacts } from '../../readings/storage.ts';

/** Data folders are free. */
export const storageDataFolderCheck: HostCheck = {
  id: 'storage.data-folder',
  category: 'storage',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: [],
  applicable: (subject) =>
    plannedPaths(subject.release, subject.host).some(({ own }) => own) ? undefined : text('checks.reason.no-folders'),
  expected: () => text('checks.expected.data-folder'),
  judge: (subject) => {
    const found = plannedPaths(subject.release, subject.host)
      .filter(({ own }) => own)
      .map(({ path }) => pathFacts(subject.facts, path));
    const wrong = found.filter(({ state }) => state === 'link' || state === 'other');
    if (wrong.length > 0)
      return {
        status: 'failed',
        actual: text('checks.actual.not-a-folder', { paths: wrong.map(({ path }) => path).join(', ') }),
      };
    const filled = found.filter((one) => one.filled);
    if (filled.length > 0)
      return {
        status: 'warning',
        actual: text('checks.actual.folder-filled', { paths: filled.map(({ path }) => path).join(', ') }),
      };
    return {
      status: 'passed',
      actual: text('checks.actual.folder-free', { paths: found.map(({ path }) => path).join(', ') }),
    };
  },
};
