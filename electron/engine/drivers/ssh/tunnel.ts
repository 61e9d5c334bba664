import { Duplex } from 'node:stream';
import type ssh2 from 'ssh2';
import { SitewrightError } from '../../../contract/errors.ts';
import { type Host, jumpHostOf, type Site } from '../../../contract/site.ts';
import { anySignal } from '../any-signal.ts';
import { fault, type Tunnel } from '../tunnel.ts';
import { unlessAborted } from '../unless-aborted.ts';
import type { Connection, ConnectionOptions } from './connection.ts';

/** Connections to any address that a host reaches, made from there. */
export type SshTunnel = {
  /** Name of the host in between. */
  readonly host: string;
  /** Errors besides those of a tunnel: ssh-unreachable, ssh-auth-failed, ssh-host-key-changed, ssh-forwarding-refused, cancelled. */
  readonly open: Tunnel;
  readonly close: () => void;
};

/** A host in between that gets no answer itself would keep a connection waiting for minutes, ms. */
const patienceMs = 10_000;

/** The tunnel through the site's jump host; undefined where it has none. */
export function tunnelOf(
  site: Pick<Site, 'hosts'>,
  options: Omit<ConnectionOptions, 'host' | 'secret'> & { readonly secret: (host: Host) => string },
): SshTunnel | undefined {
  const host = jumpHostOf(site);
  return host && createTunnel({ ...options, host, secret: () => options.secret(host) });
}

/** Signs in to the host when the first connection is asked for, and again once that connection is lost. */
export function createTunnel(
  options: Omit<ConnectionOptions, 'secret'> & { readonly secret: () => string },
): SshTunnel {
  const { signal } = options;
  let current: Promise<Connection> | undefined;
  let live: Connection | undefined;
  let closed = false;
  const signIn = async (): Promise<Connection> => {
    const { openConnection } = await import('./connection.ts');
    return await openConnection({ ...options, secret: options.secret() });
  };
  /** One sign-in, however many ask at once; a lost or failed one is not kept. */
  const connected = (): Promise<Connection> => {
    if (current !== undefined && live?.alive() !== false) return current;
    live = undefined;
    const opening = signIn();
    current = opening;
    opening.then(
      (connection) => {
        if (current === opening) live = connection;
      },
      () => {
        if (current === opening) current = undefined;
      },
    );
    return opening;
  };
  return {
    host: options.host.name,
    open: async (host, port) => {
      if (closed || signal?.aborted) throw new SitewrightError('cancelled');
      const { client } = await connected();
      return await forward(client, options.host, host, port, signal);
    },
    close: () => {
      closed = true;
      void current?.then((connection) => connection.close()).catch(() => undefined);
    },
  };
}

async function forward(
  client: ssh2.Client,
  by: Host,
  host: string,
  port: number,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const way = `${by.name} -> ${host}:${port}`;
  const opening = new Promise<Duplex>((resolve, reject) => {
    client.forwardOut('127.0.0.1', 0, host, port, (error, channel) =>
      error === undefined ? resolve(asSocket(channel)) : reject(refusalOf(error, by, way)),
    );
  });
  const limit = AbortSignal.timeout(patienceMs);
  const either = signal === undefined ? limit : anySignal([signal, limit]);
  return await unlessAborted(opening, either, (channel) => channel.destroy()).catch((error: unknown) => {
    if (signal?.aborted) throw new SitewrightError('cancelled');
    throw limit.aborted ? fault('ETIMEDOUT', `${way}: no answer in time`) : error;
  });
}

/**
 * A channel that behaves as a socket does: it is gone once it is destroyed, whatever the host still holds back, and what is written counts as
 * written when it has left, so that a stall shows and a slow line does not look like one.
 */
function asSocket(channel: Duplex): Duplex {
  const socket = new Duplex({
    writableHighWaterMark: 64 * 1024,
    read: () => void channel.resume(),
    write: (chunk: Buffer, _encoding, done) => void channel.write(chunk, done),
    final: (done) => {
      channel.end();
      done();
    },
    destroy: (error, done) => {
      channel.destroy();
      done(error);
    },
  });
  channel.on('data', (chunk: Buffer) => {
    if (!socket.push(chunk)) channel.pause();
  });
  channel.on('end', () => void socket.push(null));
  channel.on('close', () => void socket.destroy());
  channel.on('error', (error: Error) => void socket.destroy(error));
  return socket;
}

/** By the reason of RFC 4254, 5.1 and the words that OpenSSH adds. */
function refusalOf(error: Error & { reason?: number | string }, by: Host, way: string): Error {
  const detail = `${way}: ${error.message}`;
  if (error.reason === 1 || /administratively prohibited/i.test(error.message))
    return new SitewrightError('ssh-forwarding-refused', { host: by.name }, { cause: error, detail });
  const [, code = 'ECONNREFUSED'] = words.find(([pattern]) => pattern.test(error.message)) ?? [];
  return fault(code, detail);
}

const words: readonly (readonly [RegExp, string])[] = [
  [/timed out/i, 'ETIMEDOUT'],
  [/no route|unreachable/i, 'EHOSTUNREACH'],
  [/name or service|resolv|unknown host|nodename/i, 'ENOTFOUND'],
];
