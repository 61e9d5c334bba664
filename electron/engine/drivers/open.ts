import { SitewrightError } from '../../contract/errors.ts';
import type { Host, Site } from '../../contract/site.ts';
import type { Release } from '../bundle/release.ts';
import type { Vault } from '../site/vault.ts';
import type { Facts } from '../store/facts.ts';
import type { Drivers } from './drivers.ts';
import { createHttpClient } from './http-client.ts';
import type { KubernetesClient } from './kubernetes/client.ts';
import { connectKubernetes } from './kubernetes/connect.ts';
import { createPostgresDriver } from './postgres-driver.ts';
import type { RegistryClient } from './registry/client.ts';
import { connectRegistry } from './registry/connect.ts';
import type { HostKeyTrust } from './ssh/connection.ts';
import { createSshPool } from './ssh/pool.ts';
import type { ScriptSource } from './ssh/scripts.ts';
import { tunnelOf } from './ssh/tunnel.ts';

/** Opens the ways out to one site. Nothing is contacted before it is used. */
export function openDrivers(options: {
  readonly site: Site;
  readonly release: Release;
  readonly vault: Vault;
  readonly facts: Facts;
  readonly trust: HostKeyTrust;
  readonly scripts: ScriptSource;
  readonly signal: AbortSignal;
}): Drivers {
  const { site, release, vault, facts } = options;
  const authorities = () => (facts.get('site', 'authorities') ?? []) as readonly string[];
  const { trust, scripts, signal } = options;
  const secret = (host: Host) => vault.get(host.credential);
  const way = tunnelOf(site, { secret, trust, signal });
  const tunnel = way?.open;
  const pool = createSshPool({ secret, trust, scripts, signal, tunnel: way });
  const http = createHttpClient({ authorities, tunnel });
  const postgres = createPostgresDriver({ site, vault, release, authorities, tunnel });
  // A client made before the site had a CA would not trust what is issued later: one client per state of trust.
  const registries = new Map<string, RegistryClient>();
  let kubernetes: Promise<KubernetesClient> | undefined;

  return {
    ssh: pool.connect,
    http,
    postgres,
    registry: async () => {
      const endpoint = site.registry;
      if (endpoint === undefined) throw new SitewrightError('usage-invalid', { problem: 'site.registry' });
      const trusted = authorities();
      const key = trusted.join('\n');
      const known = registries.get(key);
      if (known !== undefined) return known;
      const client = connectRegistry({
        endpoint,
        password: () => vault.get(endpoint.credential),
        authorities: trusted,
        tunnel,
      });
      registries.set(key, client);
      return client;
    },
    kubernetes: () => {
      const endpoint = site.kubernetes;
      if (endpoint === undefined) throw new SitewrightError('usage-invalid', { problem: 'site.kubernetes' });
      kubernetes ??= connectKubernetes({
        kubeconfig: vault.get(endpoint.kubeconfig),
        credential: endpoint.kubeconfig,
        signal,
        tunnel,
      });
      return kubernetes;
    },
    close: async () => {
      const cluster = await kubernetes?.catch(() => undefined);
      await Promise.allSettled([
        pool.close(),
        http.close(),
        postgres.close(),
        cluster?.close(),
        ...[...registries.values()].map((client) => client.close()),
      ]);
      way?.close();
    },
  };
}
