import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { isAbsolute, join } from 'node:path';

/** How a node reaches a registry: address to dial, and the only authorities it trusts for it. */
export type RegistryRoute = {
  readonly address: string;
  readonly port: number;
  /** Name that the certificate must carry. */
  readonly servername: string;
  /** PEM; empty when the node was never told whom to trust. */
  readonly authorities: readonly string[];
};

/** The node cannot tell where the registry is. */
export class NoSuchHost extends Error {}

/**
 * Reads what the node's own folder says of a registry: `etc/containerd/certs.d/<host:port>/` with `hosts.toml`
 * and `ca.crt`, and `etc/hosts` for names. Nothing else is asked: no DNS, no authorities of this machine.
 */
export async function routeTo(root: string, host: string): Promise<RegistryRoute> {
  const folders = [host, host.replace(/:(\d+)$/, '_$1_')].map((name) =>
    join(root, 'etc', 'containerd', 'certs.d', ...safeName(name)),
  );
  let toml = '';
  let authorities: string[] = [];
  for (const folder of folders) {
    toml ||= await textOf(join(folder, 'hosts.toml'));
    const named = /^\s*ca\s*=\s*\[?\s*["']([^"']+)["']/m.exec(toml)?.[1];
    const file =
      named === undefined
        ? join(folder, 'ca.crt')
        : isAbsolute(named) || named.startsWith('/')
          ? join(root, named)
          : join(folder, named);
    const pem = (await textOf(file)) || (await textOf(join(folder, 'ca.crt')));
    if (pem !== '' && authorities.length === 0)
      authorities = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  }
  const server =
    /^\s*\[host\.["']https:\/\/([^"'/]+)/m.exec(toml)?.[1] ??
    /^\s*server\s*=\s*["']https:\/\/([^"'/]+)/m.exec(toml)?.[1] ??
    host;
  const { hostname, port } = new URL(`https://${server}`);
  const name = hostname.replace(/^\[|\]$/g, '');
  return {
    address: await addressOf(root, name),
    port: port === '' ? 443 : Number(port),
    servername: name,
    authorities,
  };
}

/** A registry's host as one folder name; anything with a separator in it names no folder. */
function safeName(host: string): string[] {
  return /[/\\]|^\.+$/.test(host) ? ['-'] : [host];
}

async function addressOf(root: string, name: string): Promise<string> {
  if (isIP(name) !== 0) return name;
  if (name === 'localhost') return '127.0.0.1';
  for (const line of (await textOf(join(root, 'etc', 'hosts'))).split('\n')) {
    const [address, ...names] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (address !== undefined && isIP(address) !== 0 && names.includes(name)) return address;
  }
  throw new NoSuchHost(`lookup ${name}: no such host`);
}

async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch(() => '');
}
