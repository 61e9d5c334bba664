import { createHash } from 'node:crypto';
import type { HostHardware } from './model.ts';

/** What one practice host is for and declares to be. */
export type DeclaredHost = {
  readonly name: string;
  readonly roles: readonly string[];
  readonly cpus: number;
  readonly memoryGiB: number;
  readonly dataGiB: number;
  /** Address on the declared site network; services listen on loopback all the same. */
  readonly siteAddress: string;
};

/** The three hosts of every practice site. */
export const declaredHosts: readonly DeclaredHost[] = [
  {
    name: 'app-01',
    roles: ['control-plane', 'worker'],
    cpus: 8,
    memoryGiB: 32,
    dataGiB: 500,
    siteAddress: '10.20.30.11',
  },
  { name: 'app-02', roles: ['worker'], cpus: 8, memoryGiB: 32, dataGiB: 500, siteAddress: '10.20.30.12' },
  {
    name: 'data-01',
    roles: ['database', 'registry', 'monitoring'],
    cpus: 16,
    memoryGiB: 64,
    dataGiB: 2000,
    siteAddress: '10.20.30.21',
  },
];

/** The hosts of a practice site: the three, and as many more workers as make up the number (at most 200). */
export function hostsOf(count: number = declaredHosts.length): readonly DeclaredHost[] {
  const more = Math.min(count, 200) - declaredHosts.length;
  return [
    ...declaredHosts,
    ...Array.from({ length: Math.max(0, more) }, (_, at): DeclaredHost => {
      const number = String(at + 3).padStart(2, '0');
      const siteAddress = `10.20.30.${at + 31}`;
      return { name: `app-${number}`, roles: ['worker'], cpus: 8, memoryGiB: 32, dataGiB: 500, siteAddress };
    }),
  ];
}

const GiB = 1024 ** 3;

/**
 * The host's whole hardware. Its identifiers come from the name and the site's folder, so that they are unique per
 * host and the same when the site is opened again.
 */
export function declaredHardware(host: DeclaredHost, site: string, bootedAt: number): HostHardware {
  const identity = createHash('sha256').update(`${site}\n${host.name}`).digest('hex');
  const system = {
    PRETTY_NAME: 'Debian GNU/Linux 12 (bookworm)',
    NAME: 'Debian GNU/Linux',
    VERSION_ID: '12',
    VERSION: '12 (bookworm)',
    VERSION_CODENAME: 'bookworm',
    ID: 'debian',
  };
  const state = { type: 'xfs', options: 'rw,relatime,attr2,inode64,noquota' } as const;
  return {
    architecture: process.arch === 'arm64' ? 'aarch64' : 'x86_64',
    cpuModel: 'Practice processor (declared, not measured)',
    cpus: host.cpus,
    memoryBytes: host.memoryGiB * GiB,
    mounts: [
      {
        ...state,
        device: '/dev/sda2',
        path: '/',
        sizeBytes: 100 * GiB,
        usedBytes: 9 * GiB,
        inodes: 52_428_800,
        inodesUsed: 210_000,
      },
      {
        ...state,
        device: '/dev/sda3',
        path: '/var',
        sizeBytes: 200 * GiB,
        usedBytes: 4 * GiB,
        inodes: 104_857_600,
        inodesUsed: 18_000,
      },
      {
        ...state,
        device: '/dev/sdb1',
        path: '/srv',
        sizeBytes: host.dataGiB * GiB,
        usedBytes: 3 * GiB,
        inodes: host.dataGiB * 524_288,
        inodesUsed: 64,
      },
      {
        device: 'tmpfs',
        path: '/tmp',
        type: 'tmpfs',
        options: 'rw,nosuid,nodev',
        sizeBytes: 8 * GiB,
        usedBytes: 0,
        inodes: 1_048_576,
        inodesUsed: 12,
      },
    ],
    interfaces: [
      { name: 'lo', mac: '00:00:00:00:00:00', address: '127.0.0.1', prefix: 8, mtu: 65_536, speed: 0 },
      {
        name: 'eth0',
        // A locally administered address, from the same identity.
        mac: `02:${identity.slice(0, 10).match(/../g)!.join(':')}`,
        address: host.siteAddress,
        prefix: 24,
        mtu: 1500,
        speed: 10_000,
      },
    ],
    kernel: '6.1.0-40-amd64',
    system,
    timeZone: 'Asia/Shanghai',
    machineId: identity.slice(10, 42),
    productUuid: [8, 4, 4, 4, 12]
      .reduce<{ words: string[]; rest: string }>(
        ({ words, rest }, length) => ({ words: [...words, rest.slice(0, length)], rest: rest.slice(length) }),
        { words: [], rest: identity.slice(20) },
      )
      .words.join('-'),
    bootedAt,
  };
}

/** Files that every real host has, by path; it knows all hosts of its site by name. */
export function baseFiles(
  host: DeclaredHost,
  hardware: HostHardware,
  all: readonly DeclaredHost[],
): Readonly<Record<string, string>> {
  const release = Object.entries(hardware.system).map(([name, value]) => `${name}="${value}"`);
  const neighbours = all.map(({ name, siteAddress }) => `${siteAddress} ${name}`);
  return {
    '/etc/os-release': `${release.join('\n')}\n`,
    '/etc/hostname': `${host.name}\n`,
    '/etc/machine-id': `${hardware.machineId}\n`,
    '/etc/hosts': `${['127.0.0.1 localhost', ...neighbours].join('\n')}\n`,
    '/etc/timezone': `${hardware.timeZone}\n`,
    '/etc/resolv.conf': 'nameserver 10.20.30.1\n',
  };
}

/** Folders that every real host has and that installers write below. */
export const baseFolders = [
  '/etc',
  '/root',
  '/srv',
  '/opt',
  '/var/lib',
  '/var/log',
  '/tmp',
  '/run',
  '/usr/local/share/ca-certificates',
];
