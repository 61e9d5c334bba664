import { createHash } from 'node:crypto';
import { SitewrightError } from '../../contract/errors.ts';
import type { AdHocRegistry, RegistryTarget } from '../../contract/registry-target.ts';
import { text } from '../../contract/text.ts';
import type { RegistryClient } from '../drivers/registry/client.ts';
import { connectRegistry } from '../drivers/registry/connect.ts';
import { createTunnel, type SshTunnel, tunnelOf } from '../drivers/ssh/tunnel.ts';
import type { OpenSite } from '../site/open-site.ts';

/** A registry that is reached outside of a walk. The caller closes it. */
export type OpenTarget = {
  readonly registry: RegistryClient;
  /** Names the registry and the place in it; the same for every call to the same target. */
  readonly key: string;
};

/** Connects to a site's registry or to the one that is described. Errors: usage-invalid, vault-locked, site-not-found. */
export function openTarget(target: RegistryTarget, openUnlocked: (site: string) => OpenSite): OpenTarget {
  return 'site' in target ? siteRegistry(openUnlocked(target.site)) : adHocRegistry(target.registry);
}

function siteRegistry(opened: OpenSite): OpenTarget {
  const endpoint = opened.site().registry;
  if (endpoint === undefined)
    throw new SitewrightError('usage-invalid', { problem: text('usage.no-registry', { site: opened.name }) });
  const { vault, facts } = opened.unlocked();
  const tunnel = tunnelOf(opened.site(), {
    secret: ({ credential }) => vault.get(credential),
    trust: opened.store.hostKeys,
  });
  const registry = throughTunnel(tunnel, {
    endpoint,
    password: () => vault.get(endpoint.credential),
    authorities: (facts.get('site', 'authorities') ?? []) as readonly string[],
  });
  return { registry, key: keyOf(endpoint.url, endpoint.prefix) };
}

function adHocRegistry(described: AdHocRegistry): OpenTarget {
  const { url, prefix, user, password, authorities, systemTrust, fingerprint } = described;
  const { protocol, username, password: inUrl } = new URL(url);
  // An address is shown, logged and kept; a password in it would be as well.
  if (username !== '' || inUrl !== '')
    throw new SitewrightError('usage-invalid', { problem: text('usage.registry-account') });
  if (protocol === 'http:' && !described.plainHttp)
    throw new SitewrightError('usage-invalid', { problem: text('usage.plain-http', { url }) });
  const tunnel = described.through && createTunnel(jumpHost(described.through));
  const registry = throughTunnel(tunnel, {
    endpoint: { url, prefix, user, credential: '--password-stdin' },
    password: () => password,
    authorities,
    trust: { system: systemTrust, ...(fingerprint && { fingerprint }) },
  });
  return { registry, key: keyOf(url, prefix) };
}

/** The tunnel ends with the client. */
function throughTunnel(tunnel: SshTunnel | undefined, options: Parameters<typeof connectRegistry>[0]): RegistryClient {
  const registry = connectRegistry({ ...options, tunnel: tunnel?.open });
  const close = async () => {
    await registry.close();
    tunnel?.close();
  };
  return { ...registry, close };
}

/** The SSH host in between. Its key is the one that was named: nothing is pinned by being seen first. */
function jumpHost({
  address,
  port,
  user,
  secret,
  hostKey,
}: NonNullable<AdHocRegistry['through']>): Parameters<typeof createTunnel>[0] {
  const host = { name: address, address, port, user, credential: '--through', roles: [], become: 'root' } as const;
  return { host: { ...host, roles: [] }, secret: () => secret, trust: { pinned: () => hostKey, pin: () => undefined } };
}

function keyOf(url: string, prefix: string): string {
  const { host } = new URL(url);
  const digest = createHash('sha256').update(`${url}\n${prefix}`).digest('hex').slice(0, 12);
  return `${host.replace(/[^A-Za-z0-9.-]/g, '_')}-${digest}`;
}
