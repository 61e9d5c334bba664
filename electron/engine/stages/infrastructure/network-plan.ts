import { jumpHostOf, type Site } from '../../../contract/site.ts';
import type { Release } from '../../bundle/release.ts';
import type { Connection } from './model.ts';

/** Every connection that the release needs, by role: what the customer's firewalls must let through. Pure. */
export function planConnections(site: Site, release: Release): readonly Connection[] {
  const nodes = site.hosts.filter(({ roles }) => roles.includes('worker') || roles.includes('control-plane'));
  const laptop = 'sitewright';
  // Whoever the laptop does not reach itself is reached from the jump host.
  const jump = jumpHostOf(site);
  const near = jump?.name ?? laptop;
  const nodeNames = nodes.map(({ name }) => name).join(' ');
  const connections: Connection[] = site.hosts.map((host) => ({
    from: host === jump ? laptop : near,
    to: host.name,
    address: host.address,
    port: String(host.port),
    protocol: 'TCP',
    purpose: 'ssh',
  }));
  if (site.registry !== undefined) {
    const url = new URL(site.registry.url);
    const port = url.port === '' ? (url.protocol === 'https:' ? '443' : '80') : url.port;
    const target = {
      to: site.registry.host,
      address: url.hostname,
      port,
      protocol: 'TCP',
      purpose: 'registry',
    } as const;
    connections.push({ from: near, ...target });
    if (nodes.length > 0) connections.push({ from: nodeNames, ...target });
  }
  if (site.kubernetes !== undefined) {
    const url = new URL(site.kubernetes.server);
    const port = url.port === '' ? '443' : url.port;
    const to =
      site.hosts
        .filter(({ roles }) => roles.includes('control-plane'))
        .map(({ name }) => name)
        .join(' ') || url.hostname;
    const api = { to, address: url.hostname, port, protocol: 'TCP', purpose: 'kubernetes-api' } as const;
    connections.push({ from: near, ...api });
    if (nodes.length > 0) connections.push({ from: nodeNames, ...api });
    if (nodes.length > 1) {
      const between = {
        from: nodeNames,
        to: nodeNames,
        address: nodes.map(({ address }) => address).join(' '),
      } as const;
      connections.push({ ...between, port: '10250', protocol: 'TCP', purpose: 'kubelet' });
      connections.push({ ...between, port: '8472', protocol: 'UDP', purpose: 'cluster-network' });
      connections.push({ ...between, port: '53', protocol: 'UDP', purpose: 'dns' });
    }
    const workers = site.hosts.filter(({ roles }) => roles.includes('worker'));
    for (const service of release.file.services) {
      connections.push({
        from: 'users',
        to: workers.map(({ name }) => name).join(' '),
        address: workers.map(({ address }) => address).join(' '),
        port: `30000-32767 (${service.service}/${service.port})`,
        protocol: 'TCP',
        purpose: 'node-port',
      });
    }
  }
  if (site.database !== undefined) {
    const target = {
      to: site.database.host,
      address: site.database.address,
      port: String(site.database.port),
      protocol: 'TCP',
      purpose: 'database',
    } as const;
    connections.push({ from: near, ...target });
    if (nodes.length > 0) connections.push({ from: nodeNames, ...target });
  }
  return connections;
}

/** The plan as a table for people and firewalls; tab-separated, its heads in both languages. */
export function connectionTable(connections: readonly Connection[]): string {
  const head = ['来源 Source', '目的 Destination', '地址 Address', '端口 Port', '协议 Protocol', '用途 Purpose'];
  const rows = connections.map(({ from, to, address, port, protocol, purpose }) => [
    from,
    to,
    address,
    port,
    protocol,
    purpose,
  ]);
  return `${[head, ...rows].map((cells) => cells.join('\t')).join('\n')}\n`;
}
