import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck, type HostSubject } from '../../model.ts';
import { plannedPaths } from '../../plan.ts';
import { mountOf, mounts, pathFacts } from '../../readings/storage.ts';

/** File systems that lose state, locks or both. */
const unfit = /^(nfs|cifs|smb|tmpfs|ramfs|overlay|aufs|fuse|vfat|msdos|exfat|ntfs|iso9660|squashfs)/;

/** Where state will lie: everything planned but the root, which boots from whatever it boots from. */
function statePaths(subject: HostSubject): readonly string[] {
  const paths = plannedPaths(subject.release, subject.host).map(({ path }) => path);
  return paths.length > 1 ? paths.filter((path) => path !== '/') : paths;
}

/** File system type. */
export const storageFileSystemCheck: HostCheck = {
  id: 'storage.file-system',
  category: 'storage',
  clause: clauses.environment,
  severity: 'critical',
  mustPass: false,
  scope: 'host',
  needs: ['mounts'],
  expected: () => text('checks.expected.file-system'),
  judge: (subject) => {
    const all = mounts(subject.facts);
    const found = statePaths(subject).map((path) => {
      const own = pathFacts(subject.facts, path);
      const { type } = mountOf(all, own.real);
      return { path, type, bad: unfit.test(type) || (type === 'xfs' && own.xfsFtype === 0) };
    });
    const bad = found.filter((one) => one.bad);
    const words = (bad.length > 0 ? bad : found).map(({ path, type }) => `${path}: ${type}`).join(', ');
    return { status: bad.length > 0 ? 'failed' : 'passed', actual: verbatim(words) };
  },
};
