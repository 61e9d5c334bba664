import type { Collected } from '../facts.ts';
import type { TcpTarget } from '../plan.ts';
import { linesOf, outputOf, sectionOf, unreadable } from '../unknown.ts';

/** A network interface. */
export type Interface = {
  readonly name: string;
  readonly physical: boolean;
  readonly mtu: number;
  readonly mac: string;
};

/** Interfaces but loopback; the physical ones where there are any, as virtual ones come and go. */
export function interfaces(facts: Collected): readonly Interface[] {
  const all = linesOf(facts, 'interfaces').map((line) => {
    const [name = '', kind = '', mtu = '', mac = ''] = line.split(/\s+/);
    if (!/^\d+$/.test(mtu)) throw unreadable('interfaces', line);
    return { name, physical: kind === 'physical', mtu: Number(mtu), mac: mac.toLowerCase() };
  });
  const outer = all.filter(
    ({ name, mac }) => name !== 'lo' && /^([0-9a-f]{2}:){5}[0-9a-f]{2}$/.test(mac) && mac !== '00:00:00:00:00:00',
  );
  const physical = outer.filter((one) => one.physical);
  return physical.length > 0 ? physical : outer;
}

/** IP addresses of the host, of both families. */
export function addresses(facts: Collected): ReadonlySet<string> {
  const words = outputOf(facts, 'addresses');
  const found = [...words.matchAll(/\binet6?\s+(?:addr:\s*)?([0-9a-fA-F.:]+)/g)].map((match) =>
    (match[1] ?? '').toLowerCase(),
  );
  if (found.length === 0) throw unreadable('addresses', words);
  return new Set(found);
}

/** Name of the interface that the default route uses; undefined when there is none. */
export function defaultRoute(facts: Collected): string | undefined {
  for (const line of linesOf(facts, 'route')) {
    const named = /^default\b.*\bdev (\S+)/.exec(line)?.[1];
    if (named !== undefined) return named;
    const [name, destination] = line.split(/\s+/);
    if (destination === '00000000') return name;
  }
  return undefined;
}

/** What a resolver configuration names. */
export function resolvers(facts: Collected): {
  readonly servers: readonly string[];
  readonly search: readonly string[];
} {
  const lines = linesOf(facts, 'resolvers').filter((line) => !/^[#;]/.test(line));
  const words = (key: string): string[] =>
    lines.filter((line) => line.startsWith(`${key} `)).flatMap((line) => line.split(/\s+/).slice(1));
  return { servers: words('nameserver'), search: words('search') };
}

/** Addresses that a name resolved to on the host; empty when it did not resolve. */
export function resolved(facts: Collected, name: string): readonly string[] {
  const key = Object.keys(facts.sections).find(
    (one) => one.startsWith('name-') && facts.sections[one]?.stdout.trimStart().startsWith(`name=${name}\n`),
  );
  const section = sectionOf(facts, key ?? `name ${name}`);
  return section.stdout
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/)[0] ?? '')
    .filter((word) => /^[0-9a-fA-F.:]+$/.test(word));
}

export type TcpOutcome = 'connected' | 'refused' | 'timeout' | 'unreachable' | 'unresolved' | 'unclear' | 'no-tool';
const outcomes: readonly string[] = [
  'connected',
  'refused',
  'timeout',
  'unreachable',
  'unresolved',
  'unclear',
  'no-tool',
];

/** How one attempted connection went. */
export function tcpOutcome(facts: Collected, target: TcpTarget): TcpOutcome {
  const start = `${target.label}|${target.address}|${target.port}|`;
  const line = linesOf(facts, 'tcp').find((one) => one.startsWith(start));
  const outcome = line?.slice(start.length) ?? '';
  if (!outcomes.includes(outcome)) throw unreadable('tcp', line ?? start);
  return outcome as TcpOutcome;
}
