import type { Host } from '../../contract/site.ts';
import { collectedSchema } from '../checks/facts.ts';
import { architecture, cpuCount, memoryGiB } from '../checks/readings/hardware.ts';
import { osRelease } from '../checks/readings/system.ts';
import { linesOf, outputOf, Unknown } from '../checks/unknown.ts';
import type { Facts } from '../store/facts.ts';

/** A host as it was delivered. What could not be read is missing. */
export type ReportHost = {
  readonly name: string;
  readonly address: string;
  readonly roles: Host['roles'];
  readonly system?: string;
  readonly kernel?: string;
  readonly architecture?: string;
  readonly processors?: number;
  /** GiB, one decimal. */
  readonly memory?: number;
  /** Container runtimes with their versions. */
  readonly runtime?: string;
  /** When it was read, ISO 8601 UTC. */
  readonly readAt?: string;
  /** Id of the raw answer. */
  readonly evidence?: string;
};

/** A host of the inventory with what the newest reading of it says. */
export function reportHost(host: Host, facts: Pick<Facts, 'get'>): ReportHost {
  const { name, address, port, roles } = host;
  const known = { name, address: `${address}:${port}`, roles };
  const read = collectedSchema.safeParse(facts.get(name, 'collected'));
  if (!read.success) return known;
  const collected = read.data;
  const evidence = facts.get(name, 'collected-evidence');
  return {
    ...known,
    ...reading('system', () => osRelease(collected).PRETTY_NAME),
    ...reading('kernel', () => outputOf(collected, 'kernel').trim()),
    ...reading('architecture', () => architecture(collected)),
    ...reading('processors', () => cpuCount(collected)),
    ...reading('memory', () => Math.round(memoryGiB(collected, 'MemTotal') * 10) / 10),
    ...reading('runtime', () => runtimes(linesOf(collected, 'runtime'))),
    readAt: collected.at,
    ...(typeof evidence === 'string' && { evidence }),
  };
}

/** `version containerd containerd containerd.io 1.7.27 05044ec` becomes `containerd 1.7.27`. */
function runtimes(lines: readonly string[]): string {
  return lines
    .flatMap((line) => {
      const [, name, version] = /^version (\S+) .*?v?(\d+\.\d+[\w.+-]*)/.exec(line) ?? [];
      return name === undefined ? [] : [`${name} ${version}`];
    })
    .join(', ');
}

function reading<N extends string, T>(name: N, read: () => T | undefined): { readonly [K in N]?: T } {
  try {
    const value = read();
    return value === undefined || value === '' ? {} : ({ [name]: value } as { readonly [K in N]: T });
  } catch (error) {
    if (error instanceof Unknown) return {};
    throw error;
  }
}
