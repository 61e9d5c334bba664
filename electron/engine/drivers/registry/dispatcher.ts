import type { Duplex } from 'node:stream';
import { getCACertificates } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { trusting } from '../trust.ts';
import { connectorOver, connectorThrough, fault, type OverTls, type Tunnel } from '../tunnel.ts';

/** No byte for this long on an open exchange is a stall; there is no limit on the whole. */
const stallMs = 30_000;
const connectMs = 10_000;

/** Whom to believe over TLS. Nothing is ever sent before the certificate was judged. */
export type RegistryTrust = {
  /** PEM certificates, besides the public ones. */
  readonly authorities: readonly string[];
  /** Also what the operating system trusts. */
  readonly system?: boolean;
  /** SHA-256 of the server's certificate in hex, colons allowed: that one and no other, whatever signed it. */
  readonly fingerprint?: string;
};

/** Connections to a registry, kept open and used again. */
export function createDispatcher(options: {
  readonly trust: RegistryTrust;
  readonly connections: number;
  readonly tunnel?: Tunnel | undefined;
}): Dispatcher {
  const { trust, tunnel } = options;
  const limits = { connections: options.connections, headersTimeout: stallMs, bodyTimeout: stallMs };
  const pinned = trust.fingerprint?.replaceAll(':', '').toLowerCase();
  const secureContext = trusting([...trust.authorities, ...(trust.system === true ? systemAuthorities() : [])]);
  if (pinned === undefined && tunnel === undefined)
    return new Agent({ ...limits, connect: { timeout: connectMs, secureContext } });

  const tls: OverTls = {
    secureContext,
    timeoutMs: connectMs,
    rejectUnauthorized: pinned === undefined,
    refuse: (socket) => {
      const found = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '').toLowerCase();
      if (pinned === undefined || found === pinned) return undefined;
      return fault('ERR_TLS_CERT_FINGERPRINT', `the certificate's SHA-256 is ${found}`);
    },
  };
  return new Agent({
    ...limits,
    connect: tunnel === undefined ? connectorOver(openDirectly, tls) : connectorThrough(tunnel, tls),
  });
}

const connectPlain = buildConnector({ timeout: connectMs });
const openDirectly = (to: buildConnector.Options): Promise<Duplex> =>
  new Promise((resolve, reject) =>
    connectPlain({ ...to, protocol: 'http:', port: to.port || '443' }, (error, socket) =>
      error === null ? resolve(socket) : reject(error),
    ),
  );

let system: readonly string[] | undefined;
function systemAuthorities(): readonly string[] {
  system ??= getCACertificates('system');
  return system;
}
