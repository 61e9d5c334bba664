import { existsSync } from 'node:fs';

/** The machine's own systemd. */
const program = '/lib/systemd/systemd';
/** Folders of units that the machine would start at its own boot; a test wants none of them. */
const wants = ['sysinit', 'local-fs', 'multi-user', 'timers', 'sockets'];

/** Options of `unshare` for a systemd that is process 1 of namespaces of its own, and takes everything along when it is killed. */
export const systemdNamespaces: readonly string[] = ['-m', '-p', '-f', '-C', '--mount-proc', '--kill-child'];

/**
 * Lines of a shell that becomes that systemd: no units but those of the test, beside the program of its arguments. `/run` and `/etc` are
 * the test's own already. Throws where this machine has no systemd.
 */
export function systemdBoot(): readonly string[] {
  if (!existsSync(program)) throw new Error('no systemd');
  return [
    'rm -rf /etc/systemd/system && mkdir /etc/systemd/system',
    ...wants.map((name) => {
      const folder = `/lib/systemd/system/${name}.target.wants`;
      return `{ [ ! -d ${folder} ] || mount -t tmpfs tmpfs ${folder}; }`;
    }),
    'mount -t cgroup2 cgroup2 /sys/fs/cgroup',
    "printf '[Unit]\\nRequires=systemd-journald.socket\\n' >/etc/systemd/system/test.target",
    '{ "$@" & }',
    `exec env container=test ${program} --system --unit=test.target --show-status=no`,
  ];
}
