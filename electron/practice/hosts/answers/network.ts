import { connect } from 'node:net';
import type { PracticeHost } from '../model.ts';
import type { CollectArguments, SectionAnswer } from './frame.ts';
import { done } from './hardware.ts';

/** What name services and the network answer. TCP connections are really tried, from this machine. */
export async function networkSections(
  host: PracticeHost,
  args: CollectArguments,
): Promise<readonly (readonly [string, SectionAnswer])[]> {
  const outer = host.hardware.interfaces.find(({ name }) => name !== 'lo');
  const own = outer?.address ?? host.address;
  const hosts = (await host.files.read('/etc/hosts'))?.toString('utf8') ?? '';
  const resolvers = (await host.files.read('/etc/resolv.conf'))?.toString('utf8') ?? '';
  const tries = args.only === '' || args.only === 'tcp' ? await Promise.all(args.tcp.map(tryConnection)) : [];
  return [
    ['route', done(`default via ${own.replace(/\d+$/, '1')} dev ${outer?.name ?? 'lo'}`)],
    ['resolvers', { code: 0, stdout: resolvers }],
    ['proxy', done()],
    ['own-name', done(`${own}       ${host.name}`)],
    ['wildcard', { code: 2, stdout: '' }],
    ...args.listed.flatMap(({ kind, value }, index): (readonly [string, SectionAnswer])[] =>
      kind === 'name' ? [[`name-${index + 1}`, resolve(hosts, value)]] : [],
    ),
    ['tcp', done(...tries)],
  ];
}

/** As `getent hosts`: the hosts file first; `localhost` is known everywhere. */
function resolve(hosts: string, name: string): SectionAnswer {
  const lines = [...hosts.split('\n'), '127.0.0.1 localhost'].map((line) =>
    line.replace(/#.*/, '').trim().split(/\s+/),
  );
  const found = lines.find(([, ...names]) => names.includes(name));
  return found === undefined
    ? { code: 2, stdout: `name=${name}\n` }
    : done(`name=${name}`, `${found[0]}       ${name}`);
}

function tryConnection({ label, address, port }: CollectArguments['tcp'][number]): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: 3000 });
    const end = (outcome: string) => {
      socket.destroy();
      resolve(`${label}|${address}|${port}|${outcome}`);
    };
    socket.once('connect', () => end('connected'));
    socket.once('timeout', () => end('timeout'));
    socket.once('error', (error: NodeJS.ErrnoException) => {
      const outcomes: Readonly<Record<string, string>> = {
        ECONNREFUSED: 'refused',
        ETIMEDOUT: 'timeout',
        EHOSTUNREACH: 'unreachable',
        ENETUNREACH: 'unreachable',
        ENOTFOUND: 'unresolved',
      };
      end(outcomes[error.code ?? ''] ?? 'unclear');
    });
  });
}
