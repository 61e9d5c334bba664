import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { type PostgresPrograms, postgresPrograms } from '../../electron/practice/database/programs.ts';
import { freePort } from '../../electron/practice/free-port.ts';

/** A real PostgreSQL that lives as long as a test. */
export type TestPostgres = {
  readonly port: number;
  readonly password: string;
  /** Makes a role and a database that it owns; both get the name. */
  readonly makeDatabase: (name: string) => Promise<void>;
  readonly connect: (database: string, user?: string) => Promise<pg.Client>;
  /** Like a failing machine: every process of it is gone at once, open transactions are lost. */
  readonly crash: () => Promise<void>;
  readonly start: () => Promise<void>;
  /** Ends it and removes its folder. */
  readonly close: () => Promise<void>;
};

export type TestPostgresOptions = {
  /** PEM certificate and key: the server speaks TLS, and takes nothing else. */
  readonly certificate?: { readonly certificate: string; readonly key: string };
  /** More settings of the server. */
  readonly settings?: Readonly<Record<string, string>>;
};

/** PostgreSQL refuses to run as root; this account owns its folder then. */
const nobody = 65534;

/** Starts a throw-away PostgreSQL on a free port of the loopback, without fsync. */
export async function startPostgres(options: TestPostgresOptions = {}): Promise<TestPostgres> {
  const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-postgres-'));
  await chmod(folder, 0o755);
  const programs = await postgresPrograms(folder, 'uid' in owner ? nobody : undefined);
  const data = join(folder, 'data');
  const password = randomBytes(12).toString('hex');
  const own = async (path: string, mode: number) => {
    await chmod(path, mode);
    if ('uid' in owner) await chown(path, nobody, nobody);
  };
  if ('uid' in owner) await chown(folder, nobody, nobody);
  await initialise(programs, folder, data, password, owner, own);
  const tls = options.certificate;
  if (tls !== undefined) {
    for (const [name, content] of Object.entries({ 'server.crt': tls.certificate, 'server.key': tls.key })) {
      await writeFile(join(data, name), content);
      await own(join(data, name), 0o600);
    }
    await writeFile(join(data, 'pg_hba.conf'), 'hostssl all all 127.0.0.1/32 scram-sha-256\n');
  }
  const port = await freePort();
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    full_page_writes: 'off',
    max_wal_size: '2GB',
    ...(tls === undefined ? {} : { ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' }),
    ...options.settings,
  };
  let running: ChildProcess | undefined;
  const start = async () => {
    const args = ['-D', data, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
    running = spawn(programs.postgres, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'], env: { LC_ALL: 'C' } });
    await awaitReady(running);
  };
  const stop = async (signal: NodeJS.Signals) => {
    const ending = running;
    running = undefined;
    if (ending === undefined || ending.exitCode !== null) return;
    const exited = once(ending, 'exit');
    ending.kill(signal);
    await exited;
  };
  const connect = async (database: string, user = 'postgres') => {
    const ssl = tls === undefined ? false : { rejectUnauthorized: false };
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database, ssl });
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  await start();
  return {
    port,
    password,
    start,
    connect,
    // SIGQUIT ends all of it at once without a shutdown checkpoint, so that the next start recovers.
    crash: () => stop('SIGQUIT'),
    makeDatabase: async (name) => {
      const client = await connect('postgres');
      const quoted = client.escapeIdentifier(name);
      await client.query(`create role ${quoted} login password ${client.escapeLiteral(password)}`);
      await client.query(`create database ${quoted} owner ${quoted}`);
      await client.end();
    },
    close: async () => {
      await stop('SIGINT');
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function initialise(
  programs: PostgresPrograms,
  folder: string,
  data: string,
  password: string,
  owner: { readonly uid?: number; readonly gid?: number },
  own: (path: string, mode: number) => Promise<void>,
): Promise<void> {
  const secret = join(folder, 'password');
  await writeFile(secret, `${password}\n`);
  await own(secret, 0o600);
  const args = [
    '-D',
    data,
    '-U',
    'postgres',
    '--pwfile',
    secret,
    '--auth=scram-sha-256',
    '-E',
    'UTF8',
    '--no-locale',
    '--no-sync',
  ];
  const run = spawn(programs.initdb, args, { ...owner, stdio: ['ignore', 'ignore', 'pipe'], env: { LC_ALL: 'C' } });
  let words = '';
  run.stderr.on('data', (chunk) => {
    words += chunk;
  });
  const [code] = await once(run, 'exit');
  if (code !== 0) throw new Error(`initdb ended with ${code}: ${words}`);
}

async function awaitReady(server: ChildProcess): Promise<void> {
  let words = '';
  await new Promise<void>((resolve, reject) => {
    server.stderr?.on('data', (chunk) => {
      words += chunk;
      if (words.includes('ready to accept connections')) resolve();
    });
    server.once('exit', (code) => reject(new Error(`postgres ended with ${code}: ${words}`)));
  });
}
