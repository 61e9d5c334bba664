import { text, verbatim } from '../../../../contract/text.ts';
import { clauses, type HostCheck } from '../../model.ts';
import { isAtLeast, osRelease, versionNumbers } from '../../readings/system.ts';
import { unreadable } from '../../unknown.ts';

/** Systems that releases are tested on, by the ID of os-release, with the oldest version. */
const supported = [
  { id: 'ubuntu', title: 'Ubuntu', from: '20.04' },
  { id: 'debian', title: 'Debian', from: '11' },
  { id: 'rhel', title: 'RHEL', from: '8' },
  { id: 'rocky', title: 'Rocky', from: '8' },
  { id: 'almalinux', title: 'Alma', from: '8' },
  { id: 'openeuler', title: 'openEuler', from: '20.03' },
  { id: 'kylin', title: 'Kylin', from: '10' },
  { id: 'uos', title: 'UOS', from: '20' },
  { id: 'anolis', title: 'Anolis', from: '8' },
  { id: 'sles', title: 'SLES', from: '15' },
] as const;

/** Operating system. */
export const osReleaseCheck: HostCheck = {
  id: 'os.release',
  category: 'os',
  clause: clauses.dependencies,
  severity: 'major',
  mustPass: false,
  scope: 'host',
  needs: ['os-release'],
  expected: () => verbatim(supported.map(({ title, from }) => `${title} ${from}+`).join(', ')),
  judge: ({ facts }) => {
    const fields = osRelease(facts);
    const actual = verbatim(fields.PRETTY_NAME ?? `${fields.ID} ${fields.VERSION_ID ?? ''}`);
    const known = supported.find(({ id }) => id === fields.ID?.toLowerCase());
    if (known === undefined) return { status: 'warning', actual, why: text('checks.why.os-unknown') };
    const version = versionNumbers((fields.VERSION_ID ?? '').replace(/^[vV]/, ''));
    // A rolling release has no version to compare.
    if (version.length === 0) throw unreadable('os-release', 'VERSION_ID');
    return { status: isAtLeast(version, versionNumbers(known.from)) ? 'passed' : 'failed', actual };
  },
};
