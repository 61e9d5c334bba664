import type { Host } from '../../contract/site.ts';
import type { HttpClient } from './http.ts';
import type { KubernetesClient } from './kubernetes/client.ts';
import type { PostgresDriver } from './postgres.ts';
import type { RegistryClient } from './registry/client.ts';
import type { RemoteHost } from './ssh/host.ts';

/** The ways out to the world, made per site; connections are pooled and closed with the run. */
export type Drivers = {
  /** A connected host; one pooled SSH connection each. Errors: ssh-unreachable, ssh-auth-failed, ssh-host-key-changed. */
  readonly ssh: (host: Host) => Promise<RemoteHost>;
  /** The site's registry, trusted by the site's CA once it exists. */
  readonly registry: () => Promise<RegistryClient>;
  readonly kubernetes: () => Promise<KubernetesClient>;
  readonly postgres: PostgresDriver;
  readonly http: HttpClient;
  readonly close: () => Promise<void>;
};
