import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { checkServerIdentity, connect as connectTls, getCACertificates } from 'node:tls';
import { Agent, buildConnector, type Dispatcher } from 'undici';
import { trusting } from '../trust.ts';

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

/** A connection to host and port by another way than this machine's own network, e.g. through an SSH host. */
export type Tunnel = (host: string, port: number) => Promise<Duplex>;

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

  const connectPlain = buildConnector({ timeout: connectMs });
  const open = (to: buildConnector.Options): Promise<Duplex> =>
    tunnel !== undefined
      ? tunnel(to.hostname, Number(to.port || (to.protocol === 'https:' ? 443 : 80)))
      : new Promise((resolve, reject) =>
          connectPlain({ ...to, protocol: 'http:', port: to.port || '443' }, (error, socket) =>
            error === null ? resolve(socket) : reject(error),
          ),
        );
  const secure = (to: buildConnector.Options, raw: Duplex): Promise<Duplex> =>
    new Promise((resolve, reject) => {
      // An address is not a name that TLS could ask for; the certificate is judged by it all the same.
      const named = to.servername || to.hostname;
      const servername = isIP(named.replace(/^\[|\]$/g, '')) === 0 ? named : '';
      const socket = connectTls({
        socket: raw,
        servername,
        secureContext,
        ALPNProtocols: ['http/1.1'],
        rejectUnauthorized: pinned === undefined,
        ...(pinned === undefined && {
          checkServerIdentity: (_name, peer) => checkServerIdentity(to.hostname.replace(/^\[|\]$/g, ''), peer),
        }),
      });
      const limit = setTimeout(() => socket.destroy(fault('UND_ERR_CONNECT_TIMEOUT', 'no TLS in time')), connectMs);
      socket.on('error', reject).once('close', () => clearTimeout(limit));
      socket.once('secureConnect', () => {
        clearTimeout(limit);
        const found = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '').toLowerCase();
        if (pinned === undefined || found === pinned) return resolve(socket);
        socket.destroy(fault('ERR_TLS_CERT_FINGERPRINT', `the certificate's SHA-256 is ${found}`));
      });
    });
  return new Agent({
    ...limits,
    connect: (to, callback) => {
      open(to)
        .then((raw) => (to.protocol === 'https:' ? secure(to, raw) : raw))
        .then(
          (socket) => callback(null, socket as Parameters<typeof callback>[1] & NonNullable<unknown>),
          (error: Error) => callback(error, null),
        );
    },
  });
}

function fault(code: string, words: string): Error {
  return Object.assign(new Error(words), { code });
}

let system: readonly string[] | undefined;
function systemAuthorities(): readonly string[] {
  system ??= getCACertificates('system');
  return system;
}
