import { isIP } from 'node:net';
import type { Host, Site } from '../../contract/site.ts';
import type { ReleaseFile } from '../bundle/release.ts';

/** Pure: what the collector has to look at on a host, derived from the site and the release alone. */

/** A folder of the plan; the release's own folders must be free to be made. */
export type PlannedPath = { readonly path: string; readonly own: boolean };
/** A connection that the installation needs from this host. */
export type TcpTarget = {
  readonly label: 'registry' | 'database' | 'cluster';
  readonly address: string;
  readonly port: number;
};

/** Whether the host runs containers. */
export function runsContainers(host: Pick<Host, 'roles'>): boolean {
  return host.roles.includes('worker') || host.roles.includes('control-plane');
}

/** The root, the container runtime's store where containers run, and the folders that the release wants on the host. */
export function plannedPaths(release: Pick<ReleaseFile, 'folders'>, host: Pick<Host, 'roles'>): readonly PlannedPath[] {
  const wanted = release.folders
    .filter((folder) => (host.roles as readonly string[]).includes(folder.role))
    .map((folder) => folder.path);
  const shared = runsContainers(host) ? ['/', '/var/lib/containerd'] : ['/'];
  return [
    ...shared.map((path) => ({ path, own: false })),
    ...[...new Set(wanted)].map((path) => ({ path, own: true })),
  ];
}

/** Who talks to whom: nodes pull from the registry and talk to the cluster's API, workers use the database. */
export function tcpTargets(site: Site, host: Pick<Host, 'roles'>): readonly TcpTarget[] {
  const targets: TcpTarget[] = [];
  if (!runsContainers(host)) return targets;
  if (site.registry !== undefined) targets.push({ label: 'registry', ...endpointOf(site.registry.url) });
  if (site.kubernetes !== undefined) targets.push({ label: 'cluster', ...endpointOf(site.kubernetes.server) });
  if (site.database !== undefined && host.roles.includes('worker')) {
    targets.push({ label: 'database', address: site.database.address, port: site.database.port });
  }
  return targets;
}

/** Names (not addresses) that the host must be able to resolve. */
export function plannedNames(site: Site, host: Pick<Host, 'roles'>): readonly string[] {
  return [...new Set(tcpTargets(site, host).map((target) => target.address))].filter((address) => isIP(address) === 0);
}

/** Arguments of the collector after its marker. Free of secrets. */
export function collectorArguments(site: Site, release: Pick<ReleaseFile, 'folders'>, host: Host): readonly string[] {
  return [
    'limit=5',
    `user=${host.user}`,
    ...plannedNames(site, host).map((name) => `name=${name}`),
    ...plannedPaths(release, host).map(({ path }) => `path=${path}`),
    ...tcpTargets(site, host).map(({ label, address, port }) => `tcp=${label}|${address}|${port}`),
  ];
}

/** Address and port of a URL, without the brackets of IPv6. */
export function endpointOf(url: string): { readonly address: string; readonly port: number } {
  const { hostname, port, protocol } = new URL(url);
  return {
    address: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (protocol === 'http:' ? 80 : 443) : Number(port),
  };
}
