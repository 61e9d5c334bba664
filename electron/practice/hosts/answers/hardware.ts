import type { PracticeHost } from '../model.ts';
import type { SectionAnswer } from './frame.ts';

/** Features of an x86-64-v3 processor, as the kernel lists them, shortened to what is looked at. */
const flags =
  'fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht syscall nx lm ' +
  'constant_tsc pni pclmulqdq ssse3 fma cx16 sse4_1 sse4_2 movbe popcnt aes xsave avx f16c rdrand hypervisor lahf_lm abm bmi1 avx2 bmi2';

/** What the declared hardware answers: processor, memory, disks and identifiers. */
export function hardwareSections(host: PracticeHost): readonly (readonly [string, SectionAnswer])[] {
  const { hardware } = host;
  const totalKiB = Math.floor(hardware.memoryBytes / 1024);
  const features =
    hardware.architecture === 'x86_64'
      ? `flags\t\t: ${flags}`
      : 'Features\t: fp asimd evtstrm aes pmull sha1 sha2 crc32';
  const uptime = Math.max(1, (Date.now() - hardware.bootedAt) / 1000);
  return [
    ['arch', done(hardware.architecture)],
    ['kernel', done(hardware.kernel)],
    ['uptime', done(`${uptime.toFixed(2)} ${(uptime * hardware.cpus * 0.9).toFixed(2)}`)],
    ['cpu', done(hardware.cpus, features)],
    ['governor', done('performance')],
    ['loadavg', done('0.18 0.22 0.20 1/312 4711')],
    [
      'meminfo',
      done(
        `MemTotal:       ${totalKiB} kB`,
        `MemFree:        ${Math.floor(totalKiB * 0.71)} kB`,
        `MemAvailable:   ${Math.floor(totalKiB * 0.86)} kB`,
        'SwapTotal:             0 kB',
      ),
    ],
    ['swaps', done('Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority')],
    ['huge-pages', done('always [madvise] never')],
    ['kernel-log', done()],
    ['reboot', done('none')],
    ['virtualisation', done('kvm')],
    ['hostname', done(host.name)],
    ['machine-id', done(hardware.machineId)],
    ['product-uuid', done(hardware.productUuid)],
    [
      'interfaces',
      done(
        ...hardware.interfaces.map(
          ({ name, mtu, mac }) => `${name} ${name === 'lo' ? 'virtual' : 'physical'} ${mtu} ${mac}`,
        ),
      ),
    ],
    [
      'addresses',
      done(
        ...hardware.interfaces.map(
          ({ name, address, prefix }, index) =>
            `${index + 1}: ${name}    inet ${address}/${prefix} scope ${name === 'lo' ? 'host' : 'global'} ${name}`,
        ),
      ),
    ],
  ];
}

/** An answer of these lines with exit code 0. */
export function done(...lines: readonly (string | number)[]): SectionAnswer {
  return { code: 0, stdout: lines.map((line) => `${line}\n`).join('') };
}
