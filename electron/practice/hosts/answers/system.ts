import type { PracticeHost } from '../model.ts';
import type { SectionAnswer } from './frame.ts';
import { done } from './hardware.ts';

/** Kernel settings of a host that was prepared for containers. */
const settings: Readonly<Record<string, string>> = {
  'net/ipv4/ip_forward': '1',
  'net/bridge/bridge-nf-call-iptables': '1',
  'net/ipv4/conf/all/rp_filter': '2',
  'fs/inotify/max_user_instances': '1024',
  'fs/inotify/max_user_watches': '1048576',
  'vm/max_map_count': '262144',
  'vm/swappiness': '10',
  'vm/overcommit_memory': '0',
  'net/core/somaxconn': '4096',
  'fs/file-max': '9223372036854775807',
  'kernel/pid_max': '4194304',
};

/** The one setting that was forgotten on the second host: a warning to look at, as any real site has. */
const forgotten: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'app-02': { 'fs/inotify/max_user_instances': '128' },
};

/** What the operating system answers: release, settings, services, limits and time. */
export function systemSections(host: PracticeHost, user: string): readonly (readonly [string, SectionAnswer])[] {
  const { hardware } = host;
  const containers = host.roles.includes('worker') || host.roles.includes('control-plane');
  const release = Object.entries(hardware.system).map(([name, value]) => `${name}="${value}"`);
  const own = { ...settings, ...forgotten[host.name] };
  return [
    ['shell', done('0', 'root', 'shell=/bin/bash')],
    ['os-release', done(...release)],
    ['sysctl', done(...Object.entries(own).map(([key, value]) => `${key}=${value}`))],
    [
      'modules',
      done('overlay loaded', 'br_netfilter loaded', 'nf_conntrack loaded', 'ip_tables loaded', 'nf_tables loaded'),
    ],
    ['init', done('systemd', 'running')],
    ['cgroup', done('v2', 'cpuset cpu io memory hugetlb pids rdma misc')],
    ['selinux', done('none')],
    ['apparmor', done('Y', 'parser')],
    ['firewall', done('firewalld unknown', 'ufw inactive', 'nftables inactive', 'iptables unknown')],
    [
      'commands',
      done(
        ...['ip', 'iptables', 'mount', 'nsenter', 'conntrack', 'socat', 'ethtool', 'tc'].map((name) => `${name} found`),
      ),
    ],
    ['iptables', done('iptables v1.8.9 (nf_tables)')],
    [
      'limits',
      done(
        'Limit                     Soft Limit           Hard Limit           Units     ',
        'Max open files            1048576              1048576              files     ',
      ),
    ],
    ['locale', done('C', 'C.utf8', 'POSIX', 'zh_CN.utf8')],
    ['time-sync', done('NTPSynchronized=yes', 'active chrony')],
    [
      'chrony',
      done(
        '0A141E01,10.20.30.1,3,1767225600.000000000,0.000021,-0.000013,0.000045,-7.114,0.001,0.026,0.000312,0.000094,64.2,Normal',
      ),
    ],
    ['time-zone', done(zoneOffset(hardware.timeZone))],
    [
      'runtime',
      containers
        ? done(
            'socket /run/containerd/containerd.sock',
            'version containerd containerd containerd.io 1.7.27 05044ec',
            'systemd-cgroup true',
            'config-path /etc/containerd/certs.d',
          )
        : done(),
    ],
    ['temporary', done('/tmp writable', '/root writable')],
    ...(user === '' ? [] : ([['password', done('Password expires\t\t\t\t\t: never')]] as const)),
    [
      'mounts',
      done(...hardware.mounts.map(({ device, path, type, options }) => `${device} ${path} ${type} ${options} 0 0`)),
    ],
  ];
}

/** As `date +%z` prints the offset of a time zone today. */
function zoneOffset(timeZone: string): string {
  const name = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' })
    .formatToParts(new Date())
    .find(({ type }) => type === 'timeZoneName')?.value;
  const parts = /GMT([+-]\d{2}):(\d{2})/.exec(name ?? '');
  return parts === null ? '+0000' : `${parts[1]}${parts[2]}`;
}
