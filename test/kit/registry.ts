import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, openSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freePort } from '../../electron/practice/free-port.ts';
import { orSkipped, unpackDebianPackages } from './debian.ts';
import { goProgram } from './go.ts';
import type { TokenServer } from './token-server.ts';

/** A real distribution registry on a free port of loopback, over plain HTTP or TLS. */
export type RealRegistry = {
  readonly url: string;
  /** Its content stands in `data`, what it said in `log`. */
  readonly folder: string;
  /** Kills it and starts it on the same port with the same content; another `secret` makes its open uploads void. */
  readonly restart: (change?: { readonly secret?: string }) => Promise<void>;
  /** Process id of the one that runs. */
  readonly pid: () => number;
  /** Kills it; the folder goes too, unless it was given. */
  readonly stop: () => Promise<void>;
};

export type RegistryVersion = '2.8' | '3';
/** Both real registries: Debian's 2.8.2 resumes at chunk boundaries, distribution 3 by byte. */
export const registryVersions: readonly RegistryVersion[] = ['2.8', '3'];

export type RegistryOptions = {
  /** `2.8` is Debian's package, `3` distribution's own, built by `go install`. Default 2.8. */
  readonly version?: RegistryVersion;
  /** PEM; without it, plain HTTP. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** `http.secret`, which signs the addresses of uploads; one of its own otherwise. */
  readonly secret?: string;
  /** A folder that stays when the registry stops. */
  readonly folder?: string;
  /** Content on a memory disk of this size, MiB, inside a mount namespace (needs root); a restart empties it. */
  readonly diskMiB?: number;
  /** Takes images with layers that lie at an address elsewhere; the registry's default is to refuse them. */
  readonly foreignLayers?: boolean;
  /** Tokens of this server instead of no sign-in. */
  readonly tokens?: TokenServer;
  /** Address of a store below which the registry's storage can be read: who reads a blob is sent there. */
  readonly store?: string;
};

/** Starts it. `skipped` says why there is none; with CI=true that is an error instead. */
export function startRegistry(options: RegistryOptions = {}): Promise<RealRegistry | { readonly skipped: string }> {
  return orSkipped(() => start(options), 'no registry');
}

async function start(options: RegistryOptions): Promise<RealRegistry> {
  const program = await findRegistry(options.version ?? '2.8');
  if (options.diskMiB !== undefined && process.getuid?.() !== 0) throw new Error('a small disk needs root');
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'sitewright-registry-')));
  await mkdir(join(folder, 'data'), { recursive: true });
  const port = await freePort();
  const first = options.secret ?? randomUUID();
  let running = await launch(program, folder, port, first, options);
  return {
    url: `${options.tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`,
    folder,
    pid: () => running.child.pid!,
    restart: async ({ secret = first } = {}) => {
      await kill(running);
      running = await launch(program, folder, port, secret, options);
    },
    stop: async () => {
      await kill(running);
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findRegistry(version: RegistryVersion): Promise<string> {
  if (version === '3') return goProgram('registry');
  const { root } = await unpackDebianPackages('docker-registry', ['docker-registry']);
  return join(root, 'usr/bin/docker-registry');
}

type Running = { readonly child: ChildProcess; readonly ended: Promise<void> };

async function launch(
  program: string,
  folder: string,
  port: number,
  secret: string,
  { tls, diskMiB, foreignLayers, tokens, store }: RegistryOptions,
): Promise<Running> {
  const at = (name: string) => join(folder, name);
  const http: Record<string, unknown> = { addr: `127.0.0.1:${port}`, secret };
  if (tls !== undefined) {
    await writeFile(at('tls.crt'), tls.certificate);
    await writeFile(at('tls.key'), tls.key, { mode: 0o600 });
    http.tls = { certificate: at('tls.crt'), key: at('tls.key') };
  }
  const auth: Record<string, unknown> = {};
  if (tokens !== undefined) {
    await writeFile(at('tokens.crt'), tokens.certificate);
    const { url: realm, service, issuer } = tokens;
    auth.token = { realm, service, issuer, rootcertbundle: at('tokens.crt') };
  }
  const config = {
    version: '0.1',
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: at('data') }, delete: { enabled: true } },
    http,
    ...(foreignLayers && { validation: { manifests: { urls: { allow: ['^https://'] } } } }),
    ...(tokens !== undefined && { auth }),
    ...(store !== undefined && { middleware: { storage: [{ name: 'redirect', options: { baseurl: store } }] } }),
  };
  // JSON is YAML.
  await writeFile(at('config.yml'), JSON.stringify(config));
  const serve = [program, 'serve', at('config.yml')];
  const inNamespace = `mount -t tmpfs -o size=${diskMiB}m tmpfs '${at('data')}' && exec "$@"`;
  const [command, ...args] = (
    diskMiB === undefined ? serve : ['unshare', '-m', 'sh', '-c', inNamespace, 'registry', ...serve]
  ) as [string, ...string[]];
  const log = openSync(at('log'), 'a');
  const child = spawn(command, args, {
    stdio: ['ignore', log, log],
    env: { ...process.env, OTEL_TRACES_EXPORTER: 'none' },
  });
  closeSync(log);
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const running = { child, ended };
  await answering(port, child).catch(async (error: unknown) => {
    await kill(running);
    throw error;
  });
  return running;
}

async function kill({ child, ended }: Running): Promise<void> {
  child.kill('SIGKILL');
  await ended;
}

/** Waits until something listens on the port. Throws when the process ends or 20 s are over. */
export async function answering(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; tries < 400 && child.exitCode === null && child.signalCode === null; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await wait(50);
  }
  throw new Error('the registry does not answer');
}
