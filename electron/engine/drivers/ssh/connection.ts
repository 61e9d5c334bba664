import { createHash } from 'node:crypto';
import ssh2, { type Algorithms, type AnyAuthMethod, type AuthenticationType } from 'ssh2';
import { SitewrightError } from '../../../contract/errors.ts';
import type { Host } from '../../../contract/site.ts';
import type { Tunnel } from '../tunnel.ts';
import { connectionWords, unreachable } from './failures.ts';
import { isPrivateKey, readablePrivateKey } from './private-key.ts';

/** Host keys as they were first seen. `address` is `host:port`, since one address may serve several hosts. */
export type HostKeyTrust = {
  /** Fingerprint pinned for the address (`SHA256:...`), undefined before the first sight. */
  readonly pinned: (address: string) => string | undefined;
  readonly pin: (address: string, fingerprint: string) => void;
};

/** One live SSH connection. */
export type Connection = {
  readonly host: Host;
  readonly client: ssh2.Client;
  /** `SHA256:` and base64 without padding, as `ssh-keygen -lf` shows it. */
  readonly fingerprint: string;
  readonly alive: () => boolean;
  /** Aborts when the connection is gone, with the reason. */
  readonly lost: AbortSignal;
  readonly close: () => void;
};

export type ConnectionOptions = {
  readonly host: Host;
  /** Password, or a PEM private key. */
  readonly secret: string;
  readonly trust: HostKeyTrust;
  readonly signal?: AbortSignal | undefined;
  /** The way to the host, where it is not reached directly. */
  readonly tunnel?: Tunnel | undefined;
  /** From the first packet to a usable connection; default 20,000 ms. */
  readonly readyTimeoutMs?: number | undefined;
};

/** Elliptic curves first: a group exchange computes large primes on the event loop. */
const algorithms: Algorithms = {
  kex: [
    'curve25519-sha256',
    'curve25519-sha256@libssh.org',
    'ecdh-sha2-nistp256',
    'ecdh-sha2-nistp384',
    'ecdh-sha2-nistp521',
    'diffie-hellman-group14-sha256',
    'diffie-hellman-group16-sha512',
    'diffie-hellman-group-exchange-sha256',
  ],
  serverHostKey: [
    'ssh-ed25519',
    'ecdsa-sha2-nistp256',
    'ecdsa-sha2-nistp384',
    'ecdsa-sha2-nistp521',
    'rsa-sha2-512',
    'rsa-sha2-256',
  ],
};

/**
 * Connects and signs in. The host key is judged before any secret is sent.
 * Errors: ssh-unreachable, ssh-auth-failed, ssh-host-key-changed, cancelled, those of the tunnel.
 */
export async function openConnection(options: ConnectionOptions): Promise<Connection> {
  const { host, signal, trust } = options;
  if (signal?.aborted) throw new SitewrightError('cancelled');
  const authFailed = (detail: string, cause?: unknown): SitewrightError =>
    new SitewrightError(
      'ssh-auth-failed',
      { host: host.name, user: host.user, credential: host.credential },
      { detail, cause },
    );
  let methods: SignIn;
  try {
    methods = signIn(host, options.secret);
  } catch (error) {
    throw authFailed(error instanceof Error ? error.message : String(error));
  }
  const way = await options.tunnel?.(host.address, host.port).catch((error: Error & { code?: string }) => {
    throw error instanceof SitewrightError ? error : unreachable(host, connectionWords(error), error);
  });

  const address = `${host.address}:${host.port}`;
  const client = new ssh2.Client();
  const lost = new AbortController();
  let fingerprint = '';
  let phase: 'connecting' | 'signing-in' | 'ready' = 'connecting';
  let changed: SitewrightError | undefined;

  return new Promise<Connection>((resolve, reject) => {
    const fail = (error: SitewrightError): void => {
      signal?.removeEventListener('abort', cancel);
      lost.abort(error);
      reject(error);
      client.destroy();
    };
    const cancel = (): void => fail(new SitewrightError('cancelled'));
    signal?.addEventListener('abort', cancel, { once: true });

    // From the first packet on: the handshake is many small ones, and each would wait for the other side's acknowledgement.
    client.on('connect', () => client.setNoDelay(true));
    client.on('handshake', () => {
      // Only here the host has proved that it holds the key: pinned once, before the first secret is sent.
      if (phase === 'connecting' && trust.pinned(address) === undefined) trust.pin(address, fingerprint);
      if (phase === 'connecting') phase = 'signing-in';
    });
    client.on('ready', () => {
      phase = 'ready';
      signal?.removeEventListener('abort', cancel);
      resolve({
        host,
        client,
        fingerprint,
        alive: () => !lost.signal.aborted,
        lost: lost.signal,
        close: () => {
          lost.abort(unreachable(host, 'connection closed'));
          client.end();
        },
      });
    });
    client.on('error', (error: Error & { code?: string; level?: string }) => {
      if (changed !== undefined) return fail(changed);
      if (error.level === 'client-authentication') return fail(authFailed(error.message, error));
      fail(unreachable(host, connectionWords(error), error));
    });
    client.on('close', () => {
      if (changed !== undefined) return fail(changed);
      if (phase === 'signing-in') return fail(authFailed('the host closed the connection during the sign-in'));
      fail(unreachable(host, 'connection lost'));
    });

    client.connect({
      ...(way === undefined ? { host: host.address, port: host.port } : { sock: way }),
      username: host.user,
      algorithms,
      readyTimeout: options.readyTimeoutMs ?? 20_000,
      keepaliveInterval: 10_000,
      keepaliveCountMax: 3,
      hostVerifier: (key: Buffer): boolean => {
        fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        const pinned = trust.pinned(address);
        if (pinned === undefined || pinned === fingerprint) return true;
        changed = new SitewrightError('ssh-host-key-changed', { host: host.name, found: fingerprint, pinned });
        return false;
      },
      authHandler: (left, partial, next) => next(methods(left, partial) as AnyAuthMethod),
    });
  });
}

/** Chooses the next way to sign in, `false` when none is left. */
type SignIn = (left: readonly AuthenticationType[] | null, partial: boolean | null) => AnyAuthMethod | false;

/**
 * Tries each way once, and only ways that the host offers: every refused attempt counts towards a lock-out.
 * A password is given to keyboard-interactive only where the host takes no plain password, or asks for both in turn.
 */
function signIn(host: Host, secret: string): SignIn {
  const username = host.user;
  const tried = new Set<string>();
  const key = isPrivateKey(secret) ? readablePrivateKey(secret) : undefined;
  const offered = (left: readonly string[], method: string): boolean => left.length === 0 || left.includes(method);
  return (left, partial) => {
    // The first, empty attempt makes the host say what it takes.
    if (left === null) return { type: 'none', username };
    if (key !== undefined) {
      if (tried.has('publickey') || !offered(left, 'publickey')) return false;
      tried.add('publickey');
      return { type: 'publickey', username, key };
    }
    if (!tried.has('password') && offered(left, 'password')) {
      tried.add('password');
      return { type: 'password', username, password: secret };
    }
    const interactive = !tried.has('keyboard-interactive') && offered(left, 'keyboard-interactive');
    if (interactive && (partial === true || !tried.has('password'))) {
      tried.add('keyboard-interactive');
      let answered = false;
      return {
        type: 'keyboard-interactive',
        username,
        prompt: (_name, _instructions, _language, prompts, finish) => {
          // Asked again means refused: the same answer would only count as one more failure.
          const again = answered && prompts.length > 0;
          if (prompts.length > 0) answered = true;
          finish(again ? prompts.map(() => '') : prompts.map((prompt) => (prompt.echo === true ? '' : secret)));
        },
      };
    }
    return false;
  };
}
