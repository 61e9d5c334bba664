import type { RemoteHost } from '../../drivers/ssh/host.ts';
import type { HostProgram } from '../../images/registry-host/program.ts';
import type { RegistryHost } from '../../images/registry-host/settings.ts';
import type { RegistryHostState } from '../../images/registry-host/state.ts';

/** What starting the registry from the bundle needs; `url` is its address. */
export type RegistryHostInput = { readonly registry: RegistryHost; readonly url: string };

/** The registry's host with the program for it, and everything that it answered. */
export type AskedRegistryHost = {
  readonly remote: RemoteHost;
  readonly program: HostProgram;
  readonly state: RegistryHostState;
};

/** What the push step needs: references of the release's images, in the order of the release. */
export type PushInput = { readonly registry: string; readonly images: readonly string[] };

/** What the import into one node, and its proof, need. */
export type NodeInput = { readonly host: string; readonly images: readonly string[] };

/** What the proof of one image needs. */
export type ProofInput = { readonly registry: string; readonly image: string };
