import { connect, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect as connectTls,
  type DetailedPeerCertificate,
  rootCertificates,
  type TLSSocket,
} from 'node:tls';
import { SitewrightError } from '../../contract/errors.ts';
import { anySignal } from './any-signal.ts';
import type { Handshake, HttpClient } from './http.ts';
import { trusting } from './trust.ts';
import { fault, type Tunnel } from './tunnel.ts';
import { unlessAborted } from './unless-aborted.ts';

type Target = Parameters<HttpClient['handshake']>[0];

/** A server that neither answers nor refuses is given up, ms. */
const patienceMs = 5_000;

/**
 * One real TLS handshake. A certificate that does not verify is reported, not thrown.
 * Errors: http-unreachable (no TCP connection: nothing was found out), handshake-failed (connected, but no TLS came about), cancelled.
 */
export async function shakeHands(target: Target, authorities: readonly string[], tunnel?: Tunnel): Promise<Handshake> {
  const endpoint = `${target.address}:${target.port}`;
  const signal = anySignal([AbortSignal.timeout(patienceMs), ...(target.signal === undefined ? [] : [target.signal])]);
  const giveUp = (error: unknown) => {
    if (target.signal?.aborted) return new SitewrightError('cancelled', {}, { cause: error });
    if (error instanceof SitewrightError) return error;
    return new SitewrightError('handshake-failed', { endpoint, problem: problemOf(error) }, { cause: error });
  };
  const socket = await openSocket(target.address, target.port, signal, tunnel).catch((error: unknown) => {
    if (target.signal?.aborted || error instanceof SitewrightError) throw giveUp(error);
    throw new SitewrightError('http-unreachable', { url: endpoint, problem: problemOf(error) }, { cause: error });
  });
  try {
    if (target.startTls === 'postgresql') await askPostgresForTls(socket, endpoint, signal);
    const secured = await secure(socket, target, authorities, signal);
    return describe(secured);
  } catch (error) {
    throw giveUp(error);
  } finally {
    socket.destroy();
  }
}

/** A connection, by the tunnel where there is one; rejects with the socket's own error. The caller destroys it. */
export async function openSocket(address: string, port: number, signal: AbortSignal, tunnel?: Tunnel): Promise<Duplex> {
  if (tunnel === undefined) return await connectTcp(address, port, signal);
  const socket = await unlessAborted(tunnel(address, port), signal, (late) => late.destroy()).catch(
    (error: unknown) => {
      throw signal.aborted ? noAnswer() : error;
    },
  );
  const abort = () => socket.destroy(noAnswer());
  signal.addEventListener('abort', abort, { once: true });
  return socket.on('error', () => undefined).once('close', () => signal.removeEventListener('abort', abort));
}

const noAnswer = (): Error => fault('ETIMEDOUT', 'no answer in time');

function connectTcp(address: string, port: number, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port });
    const abort = () => socket.destroy(noAnswer());
    signal.addEventListener('abort', abort, { once: true });
    socket.once('connect', () => resolve(socket));
    socket.on('error', reject);
    socket.once('close', () => signal.removeEventListener('abort', abort));
    if (signal.aborted) abort();
  });
}

/** The first bytes that the other side sends; rejects when it closes or errs before. */
export function firstBytes(socket: Duplex): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(fault('ECONNRESET', 'closed without an answer')));
  });
}

async function askPostgresForTls(socket: Duplex, endpoint: string, signal: AbortSignal): Promise<void> {
  const answer = firstBytes(socket);
  // SSLRequest: its length, then the number 80877103 (PostgreSQL protocol, message formats).
  socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
  const byte = (await answer).toString('latin1', 0, 1);
  signal.throwIfAborted();
  if (byte !== 'S') throw new SitewrightError('handshake-failed', { endpoint, problem: 'the database offers no TLS' });
}

function secure(
  socket: Duplex,
  target: Target,
  authorities: readonly string[],
  signal: AbortSignal,
): Promise<TLSSocket> {
  const old = target.maxVersion === 'TLSv1' || target.maxVersion === 'TLSv1.1';
  const options: ConnectionOptions = {
    socket,
    // A probe of versions needs a context of its own.
    ...(target.minVersion === undefined && target.maxVersion === undefined
      ? { secureContext: trusting(authorities) }
      : { ca: [...authorities, ...rootCertificates] }),
    rejectUnauthorized: false,
    checkServerIdentity: (_name, certificate) => checkServerIdentity(target.servername, certificate),
    ...(isIP(target.servername) > 0 ? {} : { servername: target.servername }),
    ...(target.minVersion === undefined && !old ? {} : { minVersion: target.minVersion ?? 'TLSv1' }),
    ...(target.maxVersion === undefined ? {} : { maxVersion: target.maxVersion }),
    // OpenSSL's default level cannot speak TLS 1.0 and 1.1 at all: a probe that cannot speak would find nothing out.
    ...(old ? { ciphers: 'DEFAULT@SECLEVEL=0' } : {}),
  };
  return new Promise((resolve, reject) => {
    const secured = connectTls(options);
    const abort = () => secured.destroy(noAnswer());
    signal.addEventListener('abort', abort, { once: true });
    secured.once('secureConnect', () => resolve(secured));
    // Also what comes after the handshake, while it is being let go: an error that nobody hears ends the process.
    secured.on('error', reject);
    secured.once('close', () => {
      signal.removeEventListener('abort', abort);
      reject(fault('ECONNRESET', 'closed during the handshake'));
    });
  });
}

function describe(socket: TLSSocket): Handshake {
  const reason = socket.authorizationError as unknown;
  const base = {
    authorized: socket.authorized,
    protocol: socket.getProtocol() ?? '',
    cipher: socket.getCipher().name,
    chain: chainOf(socket.getPeerCertificate(true)),
  };
  if (socket.authorized) return base;
  return { ...base, reason: reason instanceof Error && 'code' in reason ? String(reason.code) : String(reason) };
}

function chainOf(leaf: DetailedPeerCertificate): readonly string[] {
  const seen = new Set<string>();
  const chain: string[] = [];
  // A self-signed certificate is its own issuer, and an empty object stands for "none shown".
  for (
    let at: DetailedPeerCertificate | undefined = leaf;
    at?.raw !== undefined && !seen.has(at.fingerprint256);
    at = at.issuerCertificate
  ) {
    seen.add(at.fingerprint256);
    const lines = at.raw.toString('base64').match(/.{1,64}/g) ?? [];
    chain.push(`-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`);
  }
  return chain;
}

/** The short code of a socket or TLS error, e.g. `ECONNREFUSED`; its message when it has none. */
export function problemOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  return error instanceof Error ? error.message : String(error);
}
