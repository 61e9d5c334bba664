import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import pg from 'pg';
import { SitewrightError } from '../../contract/errors.ts';
import type { DatabaseEndpoint, Site } from '../../contract/site.ts';
import { type Text, text } from '../../contract/text.ts';
import type { Release } from '../bundle/release.ts';
import type { Vault } from '../site/vault.ts';
import type { PostgresAccount, PostgresDriver } from './postgres.ts';
import type { Tunnel } from './tunnel.ts';
import { unlessAborted } from './unless-aborted.ts';

export type PostgresDriverOptions = {
  readonly site: Site;
  readonly vault: Vault;
  readonly release: Release;
  /** PEM of the site's certificate authorities; empty before the certificates stage. */
  readonly authorities: () => readonly string[];
  readonly tunnel?: Tunnel | undefined;
};

/** Vault entry of the password that the release's owner role has. */
export const ownerCredential = 'database-owner';

/** SQLSTATE classes and errnos that mean "the server or the link went away". */
const lostStates = /^(08...|57P0[1-5])$/;
const lostErrnos = new Set(['ECONNRESET', 'EPIPE', 'ENOTCONN', 'ETIMEDOUT', 'ECONNREFUSED', 'ERR_STREAM_DESTROYED']);
const lostWords = /^(Connection terminated|Client has encountered a connection error|Client was closed)/;

/** The driver for the site's PostgreSQL. `close` ends every connection that is still open. */
export function createPostgresDriver(options: PostgresDriverOptions): PostgresDriver & { close(): Promise<void> } {
  const open = new Set<pg.Client>();

  const connect: PostgresDriver['connect'] = async (account, { database, signal, unverified } = {}) => {
    signal?.throwIfAborted();
    const endpoint = databaseEndpoint(options.site);
    const login = loginOf(account, endpoint, options, database);
    const password = options.vault.get(login.credential);
    const authorities = unverified === true ? [] : options.authorities();
    const attempt = async (ssl: ConnectionOptions | false) => {
      const stream = await options.tunnel?.(endpoint.address, endpoint.port);
      return await openClient(endpoint, { ...login, password }, ssl, signal, stream);
    };
    let client: pg.Client;
    try {
      client = await attempt(tlsOptions(endpoint, authorities));
    } catch (error) {
      // Before the site has a CA, a server without TLS is a finding of the checks, not a reason to know nothing about it.
      if (authorities.length > 0 || !isWithoutTls(error)) throw connectError(error, endpoint, login, signal);
      client = await attempt(false).catch((plain) => {
        throw connectError(plain, endpoint, login, signal);
      });
    }
    const abort = () => void client.end().catch(() => undefined);
    signal?.addEventListener('abort', abort, { once: true });
    open.add(client);
    client.once('end', () => {
      open.delete(client);
      signal?.removeEventListener('abort', abort);
    });
    return client;
  };

  return {
    connect,
    close: async () => {
      await Promise.allSettled([...open].map((client) => client.end()));
      open.clear();
    },
  };
}

type Login = { readonly user: string; readonly database: string; readonly credential: string };

function loginOf(
  account: PostgresAccount,
  endpoint: DatabaseEndpoint,
  { release }: PostgresDriverOptions,
  database: string | undefined,
): Login {
  if (account.as === 'administrator') {
    return { user: endpoint.user, credential: endpoint.credential, database: database ?? 'postgres' };
  }
  const { owner, name } = release.file.database;
  return { user: owner, credential: ownerCredential, database: database ?? name };
}

/** The site's database endpoint. Error: site-invalid when the site has none. */
function databaseEndpoint(site: Site): DatabaseEndpoint {
  if (site.database !== undefined) return site.database;
  throw new SitewrightError('site-invalid', { file: 'site.json', problem: text('data.no-endpoint') });
}

function tlsOptions(endpoint: DatabaseEndpoint, authorities: readonly string[]): ConnectionOptions {
  if (authorities.length === 0) return { rejectUnauthorized: false };
  const name = endpoint.names[0] ?? endpoint.address;
  return {
    ca: [...authorities],
    minVersion: 'TLSv1.2',
    // An IP address must not be sent as SNI, but it is verified like any other name.
    ...(isIP(name) === 0 ? { servername: name } : {}),
    checkServerIdentity: (_host, certificate) => checkServerIdentity(name, certificate),
  };
}

async function openClient(
  endpoint: DatabaseEndpoint,
  login: Login & { readonly password: string },
  ssl: ConnectionOptions | false,
  signal: AbortSignal | undefined,
  stream: Duplex | undefined,
): Promise<pg.Client> {
  const client = new pg.Client({
    host: endpoint.address,
    port: endpoint.port,
    user: login.user,
    password: login.password,
    database: login.database,
    ssl,
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
    application_name: 'sitewright',
    ...(stream && { stream: () => asSocket(stream) }),
  });
  // A connection that breaks while it is idle must not end the process; its next query tells.
  client.on('error', () => undefined);
  try {
    // A client that is ended while it connects never settles its `connect`.
    await unlessAborted(client.connect(), signal);
    await unlessAborted(noticeLostClient(client), signal);
    return client;
  } catch (error) {
    client.end().catch(() => undefined);
    throw error;
  }
}

/** A stream that is connected already, with the calls that the client makes on a socket of its own. */
function asSocket(stream: Duplex): Duplex {
  const connect = () => queueMicrotask(() => stream.emit('connect'));
  const nothing = () => stream;
  return Object.assign(stream, { connect, setNoDelay: nothing, setKeepAlive: nothing, ref: nothing, unref: nothing });
}

/** Lets the server (14 or newer) notice within two seconds that this side is gone, so that its locks are free for a resume. */
export async function noticeLostClient(client: pg.Client): Promise<void> {
  await client.query(
    "select set_config('client_connection_check_interval', '2000', false) where current_setting('server_version_num')::int >= 140000",
  );
}

function isWithoutTls(error: unknown): boolean {
  return error instanceof Error && error.message === 'The server does not support SSL connections';
}

function connectError(
  error: unknown,
  endpoint: DatabaseEndpoint,
  login: Login,
  signal: AbortSignal | undefined,
): SitewrightError {
  if (error instanceof SitewrightError) return error;
  if (signal?.aborted) return new SitewrightError('cancelled', {}, { cause: error });
  const address = addressOf(endpoint);
  const code = codeOf(error);
  if (code === '28P01' || code === '28000') {
    const params = { address, user: login.user, credential: login.credential };
    return new SitewrightError('database-auth-failed', params, { cause: error });
  }
  if (isWithoutTls(error) || /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|EPROTO)/.test(code)) {
    const params = { endpoint: address, problem: error instanceof Error ? error.message : code };
    return new SitewrightError('handshake-failed', params, { cause: error });
  }
  if (error instanceof pg.DatabaseError && !lostStates.test(code)) {
    return new SitewrightError(
      'database-refused',
      { address, what: text('data.doing.connect', { database: login.database }) },
      { cause: error },
    );
  }
  return new SitewrightError('database-unreachable', { address }, { cause: error });
}

/**
 * What a failed query means: cancelled, database-lost when the server or the link went away, else database-refused.
 * `what` says what was being done.
 */
export function asDatabaseError(error: unknown, site: Site, what: Text, signal?: AbortSignal): SitewrightError {
  if (error instanceof SitewrightError) return error;
  if (signal?.aborted || (error instanceof Error && error.name === 'AbortError')) {
    return new SitewrightError('cancelled', {}, { cause: error });
  }
  const address = site.database === undefined ? '' : addressOf(site.database);
  if (isLost(error)) return new SitewrightError('database-lost', { address, what }, { cause: error });
  if (!(error instanceof pg.DatabaseError)) {
    return new SitewrightError(
      'internal',
      {},
      { cause: error, detail: error instanceof Error ? error.message : String(error) },
    );
  }
  return new SitewrightError('database-refused', { address, what }, { cause: error });
}

/** True when an error of a query says that the server stopped or the link was cut. */
export function isLost(error: unknown): boolean {
  const code = codeOf(error);
  if (lostStates.test(code) || lostErrnos.has(code)) return true;
  return error instanceof Error && lostWords.test(error.message);
}

function codeOf(error: unknown): string {
  const code = error instanceof Error ? (error as Error & { code?: unknown }).code : undefined;
  return typeof code === 'string' ? code : '';
}

function addressOf(endpoint: DatabaseEndpoint): string {
  return `${isIP(endpoint.address) === 6 ? `[${endpoint.address}]` : endpoint.address}:${endpoint.port}`;
}
