import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, connect as connectTls, type TLSSocket } from 'node:tls';
import type { buildConnector } from 'undici';

/**
 * A connection to host and port by another way than this machine's own network, e.g. through an SSH host. Rejects with an
 * error whose `code` is Node's for the same thing (`ECONNREFUSED`, `ENOTFOUND` ...), or with a SitewrightError.
 */
export type Tunnel = (host: string, port: number) => Promise<Duplex>;

/** How TLS is spoken over a connection that is there already. */
export type OverTls = Omit<ConnectionOptions, 'host' | 'port' | 'socket'> & {
  /** From the connection to the end of the handshake, ms. */
  readonly timeoutMs: number;
  /** Judges what the server showed, besides what TLS itself verifies; nothing is sent before. */
  readonly refuse?: (socket: TLSSocket) => Error | undefined;
};

/** Makes an HTTP agent's connections over what `open` gives. */
export function connectorOver(
  open: (to: buildConnector.Options) => Promise<Duplex>,
  tls: OverTls,
): buildConnector.connector {
  const connected = async (to: buildConnector.Options): Promise<Duplex> => {
    const raw = await open(to);
    return to.protocol === 'https:' ? await secured(raw, to, tls) : raw;
  };
  return (to, callback) => {
    connected(to).then(
      (socket) => callback(null, socket as Parameters<typeof callback>[1] & NonNullable<unknown>),
      (error: Error) => callback(error, null),
    );
  };
}

/** The same through a tunnel, at the port that the URL's scheme means. */
export const connectorThrough = (tunnel: Tunnel, tls: OverTls): buildConnector.connector =>
  connectorOver((to) => tunnel(bare(to.hostname), Number(to.port || (to.protocol === 'https:' ? 443 : 80))), tls);

function secured(raw: Duplex, to: buildConnector.Options, { timeoutMs, refuse, ...tls }: OverTls): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const host = bare(to.hostname);
    const named = tls.servername || to.servername || host;
    // An address is not a name that TLS could ask for; the certificate is judged by it all the same.
    const servername = isIP(bare(named)) === 0 ? named : '';
    const socket = connectTls({ ALPNProtocols: ['http/1.1'], ...tls, socket: raw, host, servername });
    const limit = setTimeout(() => socket.destroy(fault('UND_ERR_CONNECT_TIMEOUT', 'no TLS in time')), timeoutMs);
    socket.on('error', reject).once('close', () => clearTimeout(limit));
    socket.once('secureConnect', () => {
      clearTimeout(limit);
      const refused = refuse?.(socket);
      if (refused === undefined) resolve(socket);
      else socket.destroy(refused);
    });
  });
}

const bare = (hostname: string): string => hostname.replace(/^\[|\]$/g, '');

/** An error as Node's network gives them. */
export function fault(code: string, words: string): Error {
  return Object.assign(new Error(words), { code });
}
