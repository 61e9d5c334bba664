import { SitewrightError } from '../../contract/errors.ts';
import { anySignal } from './any-signal.ts';
import { firstBytes, openSocket, problemOf } from './tls-handshake.ts';
import type { Tunnel } from './tunnel.ts';

type Endpoint = {
  readonly address: string;
  readonly port: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  readonly tunnel?: Tunnel | undefined;
};

/** What a TCP port does: somebody listens, the host says that nobody does, or nothing comes back. */
export type PortState = 'open' | 'refused' | 'filtered';

/** Connects and lets go. Errors: http-unreachable (the name or route is unknown), cancelled. */
export async function probePort(endpoint: Endpoint): Promise<PortState> {
  const signal = limited(endpoint);
  try {
    (await openSocket(endpoint.address, endpoint.port, signal, endpoint.tunnel)).destroy();
    return 'open';
  } catch (error) {
    if (endpoint.signal?.aborted) throw new SitewrightError('cancelled', {}, { cause: error });
    const code = problemOf(error);
    if (code === 'ECONNREFUSED') return 'refused';
    if (code === 'ETIMEDOUT') return 'filtered';
    throw unreachable(endpoint, error);
  }
}

/**
 * Asks PostgreSQL for a sign-in without TLS and stops before any password is sent.
 * `refused`: the access rules demand TLS. Errors: http-unreachable, cancelled.
 */
export async function probePlainPostgres(
  endpoint: Endpoint & { readonly user: string; readonly database: string },
): Promise<'accepted' | 'refused'> {
  try {
    const socket = await openSocket(endpoint.address, endpoint.port, limited(endpoint), endpoint.tunnel);
    try {
      const answer = firstBytes(socket);
      socket.write(startupMessage(endpoint.user, endpoint.database));
      // `R` asks for authentication, `E` is a refusal (no access rule for an unencrypted connection).
      return (await answer).toString('latin1', 0, 1) === 'R' ? 'accepted' : 'refused';
    } finally {
      socket.destroy();
    }
  } catch (error) {
    if (endpoint.signal?.aborted) throw new SitewrightError('cancelled', {}, { cause: error });
    throw unreachable(endpoint, error);
  }
}

function startupMessage(user: string, database: string): Buffer {
  const words = Buffer.from(`user\0${user}\0database\0${database}\0\0`, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(8 + words.length, 0);
  // Protocol version 3.0.
  head.writeInt32BE(196_608, 4);
  return Buffer.concat([head, words]);
}

function limited(endpoint: Endpoint): AbortSignal {
  return anySignal([
    AbortSignal.timeout(endpoint.timeoutMs ?? 3_000),
    ...(endpoint.signal === undefined ? [] : [endpoint.signal]),
  ]);
}

function unreachable(endpoint: Endpoint, error: unknown): SitewrightError {
  // The way there has its own words.
  if (error instanceof SitewrightError) return error;
  const url = `${endpoint.address}:${endpoint.port}`;
  return new SitewrightError('http-unreachable', { url, problem: problemOf(error) }, { cause: error });
}
