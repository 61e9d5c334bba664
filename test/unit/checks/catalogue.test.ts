import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { locales, say } from '../../../electron/contract/text.ts';
import { catalogue, catalogueHeads } from '../../../electron/engine/checks/catalogue.ts';
import type { Collected } from '../../../electron/engine/checks/facts.ts';
import { change, factsOf, judgeOne, practiceHost } from './fixture.ts';

let app: Collected;
let data: Collected;
before(async () => {
  app = await factsOf(practiceHost('app-01'));
  data = await factsOf(practiceHost('data-01'));
});

const GiB = 1024 * 1024;
const memory = (total: number, available = total) =>
  `MemTotal: ${Math.round(total * GiB)} kB\nMemAvailable: ${Math.round(available * GiB)} kB\n`;
const path = (name: string, space: string, more = '') =>
  `path=${name}\nstate=absent\nnear=/srv\nreal=/srv\nspace=/dev/sda1 ${space} /srv\ninodes=/dev/sda1 1000 100 900 10% /srv\n${more}`;
const sysctl = (line: string) =>
  ['net/ipv4/ip_forward=1', 'net/bridge/bridge-nf-call-iptables=1', 'vm/swappiness=10']
    .filter((one) => one.split('=')[0] !== line.split(/[= ]/)[0])
    .concat(line)
    .join('\n');
type Case = readonly [check: string, section: string, words: string, status: string, host?: 'data-01'];

/** Both sides of each limit, and what a real host answers when something is wrong. */
const cases: readonly Case[] = [
  ['host.cpu-count', 'cpu', '3\nflags : a\n', 'failed'],
  ['host.cpu-count', 'cpu', '4\nflags : a\n', 'warning'],
  ['host.cpu-count', 'cpu', '7\nflags : a\n', 'warning'],
  ['host.cpu-count', 'cpu', '8\nflags : a\n', 'passed'],
  ['host.cpu-count', 'cpu', 'many\n', 'error'],
  ['host.cpu-count', 'cpu', '0\n', 'error'],
  ['host.architecture', 'arch', 'x86_64\n', 'passed'],
  ['host.architecture', 'arch', 'aarch64\n', 'failed'],
  ['host.architecture', 'arch', '\n', 'error'],
  ['host.cpu-level', 'cpu', '8\nflags : cx16 lahf_lm popcnt sse4_1 sse4_2 ssse3\n', 'passed'],
  ['host.cpu-level', 'cpu', '8\nflags : cx16 lahf_lm popcnt sse4_1 ssse3\n', 'failed'],
  ['host.cpu-level', 'cpu', '8\n', 'error'],
  ['host.cpu-level', 'arch', 'aarch64\n', 'not-applicable'],
  ['host.governor', 'governor', 'powersave\n', 'warning'],
  ['host.load', 'loadavg', '0 5.6 0 1/2 3\n', 'passed'],
  ['host.load', 'loadavg', '0 5.7 0 1/2 3\n', 'warning'],
  ['host.load', 'loadavg', '0 12.1 0 1/2 3\n', 'failed'],
  ['host.memory-total', 'meminfo', memory(3.71), 'failed'],
  ['host.memory-total', 'meminfo', memory(3.73), 'warning'],
  ['host.memory-total', 'meminfo', memory(7.43), 'warning'],
  ['host.memory-total', 'meminfo', memory(7.45), 'passed'],
  ['host.memory-total', 'meminfo', 'MemFree: 1 kB\n', 'error'],
  ['host.memory-available', 'meminfo', memory(8, 0.99), 'failed'],
  ['host.memory-available', 'meminfo', memory(8, 1.5), 'warning'],
  ['host.memory-available', 'meminfo', memory(8, 2.1), 'passed'],
  ['host.swap-off', 'swaps', 'Filename Type\n/dev/dm-1 partition 1 0 -2\n', 'failed'],
  ['host.swap-off', 'swaps', 'Filename Type\n', 'passed'],
  ['host.swap-off', 'swaps', 'nonsense\n', 'error'],
  ['host.huge-pages', 'huge-pages', '[always] madvise never\n', 'warning'],
  ['host.kernel-log', 'kernel-log', '[1] Out of memory: Killed process 1\n', 'warning'],
  ['host.kernel-log', 'kernel-log', 'exit 1', 'error'],
  ['host.reboot-pending', 'reboot', 'required\n', 'warning'],
  ['host.virtualisation', 'virtualisation', '\n', 'error'],
  ['host.pid-max', 'sysctl', 'kernel/pid_max=4095', 'failed'],
  ['host.pid-max', 'sysctl', 'kernel/pid_max=32767', 'warning'],
  ['host.pid-max', 'sysctl', 'kernel/pid_max=32768', 'passed'],
  ['os.release', 'os-release', 'ID=ubuntu\nVERSION_ID="22.04"\n', 'passed'],
  ['os.release', 'os-release', 'ID=ubuntu\nVERSION_ID="18.04"\n', 'failed'],
  ['os.release', 'os-release', 'ID="kylin"\nVERSION_ID="V10"\n', 'passed'],
  ['os.release', 'os-release', 'ID=openEuler\nVERSION_ID="22.03"\n', 'passed'],
  ['os.release', 'os-release', 'ID=plan9\n', 'warning'],
  ['os.release', 'os-release', 'ID=debian\n', 'error'],
  ['os.kernel-version', 'kernel', '3.9.1\n', 'failed'],
  ['os.kernel-version', 'kernel', '3.10.0-1160.el7.x86_64\n', 'warning'],
  ['os.kernel-version', 'kernel', '4.18.0-80.el8.x86_64\n', 'passed'],
  [
    'os.modules',
    'modules',
    'overlay loaded\nbr_netfilter loadable\nnf_conntrack builtin\nip_tables absent\nnf_tables loaded\n',
    'passed',
  ],
  [
    'os.modules',
    'modules',
    'overlay loaded\nbr_netfilter absent\nnf_conntrack builtin\nip_tables loaded\nnf_tables absent\n',
    'failed',
  ],
  ['os.modules', 'modules', 'overlay loaded\n', 'error'],
  ['os.systemd', 'init', 'systemd\ndegraded\n', 'warning'],
  ['os.systemd', 'init', 'init\n', 'failed'],
  ['os.cgroup-controllers', 'cgroup', 'v2\ncpuset cpu io\n', 'failed'],
  [
    'os.cgroup-controllers',
    'cgroup',
    'v1\n#subsys_name h n enabled\ncpuset 1 1 1\ncpu 1 1 1\nmemory 1 1 1\npids 1 1 1\n',
    'passed',
  ],
  ['os.cgroup-controllers', 'cgroup', 'v1\ncpuset 1 1 1\ncpu 1 1 1\nmemory 1 1 0\npids 1 1 1\n', 'failed'],
  ['os.selinux', 'selinux', 'Enforcing\n', 'warning'],
  ['os.selinux', 'selinux', '0\n', 'passed'],
  ['os.apparmor', 'apparmor', 'Y\nno-parser\n', 'failed'],
  ['os.apparmor', 'apparmor', 'N\nno-parser\n', 'passed'],
  ['os.hostname-valid', 'hostname', 'App_01\n', 'failed'],
  ['os.hostname-valid', 'hostname', 'localhost.localdomain\n', 'failed'],
  ['os.hostname-valid', 'hostname', 'app-01.site.internal\n', 'passed'],
  ['os.iptables-version', 'iptables', 'iptables v1.8.2 (nf_tables)\n', 'failed'],
  ['os.iptables-version', 'iptables', 'iptables v1.8.2 (legacy)\n', 'passed'],
  ['os.iptables-version', 'iptables', 'iptables v1.8.4 (nf_tables)\n', 'passed'],
  ['os.open-files', 'limits', 'Max open files  1024  65534  files\n', 'failed'],
  ['os.open-files', 'limits', 'Max open files  1024  65535  files\n', 'warning'],
  ['os.open-files', 'limits', 'Max open files  1024  unlimited  files\n', 'passed'],
  ['os.ip-forward', 'sysctl', sysctl('net/ipv4/ip_forward=0'), 'failed'],
  ['os.bridge-netfilter', 'sysctl', sysctl('net/bridge/bridge-nf-call-iptables absent'), 'error'],
  ['os.reverse-path-filter', 'sysctl', 'net/ipv4/conf/all/rp_filter=1', 'warning'],
  ['os.inotify-instances', 'sysctl', 'fs/inotify/max_user_instances=127', 'failed'],
  ['os.inotify-instances', 'sysctl', 'fs/inotify/max_user_instances=128', 'warning'],
  ['os.inotify-instances', 'sysctl', 'fs/inotify/max_user_instances=1024', 'passed'],
  ['os.inotify-watches', 'sysctl', 'fs/inotify/max_user_watches=8191', 'failed'],
  ['os.listen-backlog', 'sysctl', 'net/core/somaxconn=128', 'warning'],
  ['os.file-max', 'sysctl', 'fs/file-max=1', 'failed'],
  ['os.map-count', 'sysctl', 'vm/max_map_count=65529', 'failed', 'data-01'],
  ['os.swappiness', 'sysctl', 'vm/swappiness=61', 'warning', 'data-01'],
  ['os.swappiness', 'sysctl', 'vm/swappiness=60', 'passed', 'data-01'],
  ['os.locale', 'locale', 'C\nPOSIX\n', 'warning'],
  ['os.locale', 'locale', 'exit 127', 'not-applicable'],
  ['os.temporary-exec', 'mounts', '/dev/a / ext4 rw 0 0\ntmpfs /tmp tmpfs rw,noexec 0 0\n', 'warning'],
  [
    'os.commands',
    'commands',
    'ip found\niptables found\nmount found\nnsenter absent\nconntrack found\nsocat found\nethtool found\ntc found\n',
    'failed',
  ],
  [
    'os.commands',
    'commands',
    'ip found\niptables found\nmount found\nnsenter found\nconntrack found\nsocat absent\nethtool found\ntc found\n',
    'warning',
  ],
  ['storage.free-space', 'path-3', path('/srv/energy', `${100 * GiB} ${91 * GiB} ${9 * GiB} 91%`), 'failed'],
  ['storage.free-space', 'path-3', path('/srv/energy', `${100 * GiB} ${85 * GiB} ${15 * GiB} 85%`), 'warning'],
  ['storage.used-share', 'path-3', path('/srv/energy', `${100 * GiB} ${85 * GiB} ${15 * GiB} 85%`), 'warning'],
  ['storage.used-share', 'path-3', path('/srv/energy', `${100 * GiB} ${91 * GiB} ${9 * GiB} 91%`), 'failed'],
  ['storage.free-space', 'path-3', 'path=/srv/energy\nstate=absent\n', 'error'],
  ['storage.data-folder', 'path-3', path('/srv/energy', '1 1 1 1%').replace('absent', 'link'), 'failed'],
  [
    'storage.data-folder',
    'path-3',
    path('/srv/energy', '1 1 1 1%', 'content=some\n').replace('absent', 'folder'),
    'warning',
  ],
  ['storage.file-system', 'mounts', 'a / xfs rw 0 0\nb /srv nfs4 rw 0 0\n', 'failed'],
  ['storage.file-system', 'mounts', 'a / xfs rw 0 0\nb /sr nfs4 rw 0 0\n', 'passed'],
  ['storage.mount-options', 'mounts', 'a / xfs rw 0 0\nb /srv xfs ro,relatime 0 0\n', 'failed'],
  ['network.default-route', 'route', '', 'warning'],
  ['network.default-route', 'route', 'Iface Destination Gateway\neth0 00000000 010011AC\n', 'passed'],
  ['network.resolvers', 'resolvers', 'nameserver 1\nnameserver 2\nnameserver 3\nnameserver 4\n', 'warning'],
  ['network.resolvers', 'resolvers', '# none\n', 'warning'],
  ['network.wildcard-domain', 'wildcard', '10.0.0.1 x\n', 'failed'],
  ['network.wildcard-domain', 'wildcard', 'exit 2', 'passed'],
  ['network.wildcard-domain', 'wildcard', 'timeout', 'error'],
  ['network.own-name', 'own-name', '127.0.1.1 app-01\n', 'warning'],
  ['network.firewall', 'firewall', 'firewalld active\nufw unknown\n', 'warning'],
  ['network.proxy', 'proxy', 'https_proxy=http://proxy:3128\nno_proxy=localhost\n', 'warning'],
  ['network.proxy', 'proxy', 'no_proxy=localhost\n', 'passed'],
  ['time.synchronised', 'time-sync', 'NTPSynchronized=no\nactive chronyd\n', 'passed'],
  ['time.offset', 'chrony', 'a,b,3,c,-0.3,x\n', 'warning'],
  ['time.offset', 'chrony', 'a,b,3,c,0.5,x\n', 'failed'],
  ['time.offset', 'chrony', 'none\n', 'not-applicable'],
  ['runtime.socket', 'runtime', 'socket /run/docker.sock\n', 'failed'],
  [
    'runtime.version',
    'runtime',
    'version containerd containerd github.com/containerd/containerd v1.5.9 abc\n',
    'warning',
  ],
  ['runtime.version', 'runtime', 'version containerd containerd containerd.io 1.6.0 abc\n', 'passed'],
  ['runtime.cgroup-driver', 'runtime', 'version containerd x 1.7.0\nsystemd-cgroup false\n', 'warning'],
  ['runtime.registry-trust-folder', 'runtime', 'version containerd x 1.7.0\n', 'warning'],
  ['permission.root', 'shell', '1000\nada\n', 'failed'],
  ['permission.temporary-folder', 'temporary', '/tmp refused\n/root writable\n', 'failed'],
  ['permission.password-expiry', 'password', 'Password expires : Jan 01, 2000\n', 'failed'],
  ['permission.password-expiry', 'password', 'Password expires : Jan 01, 2200\n', 'passed'],
  ['permission.password-expiry', 'password', 'none\n', 'not-applicable'],
];

describe('every check', () => {
  for (const [check, section, words, status, host] of cases) {
    it(`${check}: ${JSON.stringify(words.slice(0, 50))} is ${status}`, () => {
      const facts = change(host === undefined ? app : data, { [section]: words });
      const judgement = judgeOne(catalogue, check, facts, host ?? 'app-01');
      assert.equal(
        judgement.status,
        status,
        say('en-US', judgement.actual) + say('en-US', judgement.why ?? { 'zh-CN': '', 'en-US': '' }),
      );
      if (status === 'failed' || status === 'warning')
        assert.ok(judgement.why !== undefined && judgement.fix !== undefined);
      if (status === 'error') assert.ok(judgement.why !== undefined);
    });
  }

  it('is neither passed nor failed where its section is absent, cut or out of time', () => {
    for (const check of catalogue) {
      for (const section of check.needs) {
        for (const words of [null, 'timeout'] as const) {
          const { status } = judgeOne(catalogue, check.id, change(app, { [section]: words }), 'app-01');
          assert.ok(status === 'error' || status === 'not-applicable', `${check.id} without ${section}: ${status}`);
        }
      }
    }
  });

  it('is error, not a verdict, for a host that answered nothing', () => {
    const empty: Collected = { ...app, sections: {}, clock: null };
    for (const check of catalogue) {
      const { status } = judgeOne(catalogue, check.id, empty);
      assert.ok(status === 'error' || status === 'not-applicable', `${check.id}: ${status}`);
    }
  });

  it('says title, expectation, reason and fix in both languages without an open place', () => {
    for (const check of catalogue) {
      for (const facts of [app, { ...app, sections: {} }]) {
        const { title, expected, actual, why, fix } = judgeOne(catalogue, check.id, facts);
        for (const locale of locales) {
          for (const words of [title, expected, actual, why, fix?.text]) {
            if (words !== undefined) assert.doesNotMatch(say(locale, words), /\{\w+\}|^checks\./, check.id);
          }
        }
      }
    }
  });

  it('has an id of its own', () => {
    assert.ok(catalogue.length >= 35);
    assert.equal(new Set(catalogue.map(({ id }) => id)).size, catalogue.length);
    assert.ok([...catalogueHeads.keys()].filter((id) => id.startsWith('dependency.')).length >= 10);
  });
});
