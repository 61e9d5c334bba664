import { X509Certificate } from 'node:crypto';
import { chown, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { joinBundle } from '../certificate.ts';
import type { ServerCertificate } from '../hosts/services.ts';
import type { Keeper, KeptProcess } from '../keeper.ts';
import { loopback, replaceFile } from '../settings.ts';
import { shownCertificate } from './handshake.ts';
import { type DatabasePlace, makeOwnedFolder } from './place.ts';
import { type PostgresPrograms, postgresPrograms } from './programs.ts';

/** The administrator of the practice database. */
export const databaseUser = 'postgres';

export type DatabaseOptions = {
  readonly place: DatabasePlace;
  readonly port: number;
  readonly password: string;
  /** What it shows until a certificate is issued for it. */
  readonly firstCertificate: () => Promise<ServerCertificate>;
  readonly keeper: Keeper;
  readonly log: (words: string) => void;
};

export type PracticeDatabaseServer = {
  readonly start: () => Promise<void>;
  /** Fast and clean: open transactions are rolled back. */
  readonly stop: () => Promise<void>;
  /** Takes the certificate over and waits until new connections are shown it. */
  readonly present: (certificate: ServerCertificate) => Promise<void>;
};

/** Longest time for a start, with recovery after a kill, ms. */
const startLimitMs = 30_000;
const stopGraceMs = 2000;

/** Makes the data folder at the first call and gives the server, not yet started. */
export async function prepareDatabase(options: DatabaseOptions): Promise<PracticeDatabaseServer> {
  const { place, keeper, port } = options;
  const data = join(place.folder, 'data');
  const programs = await postgresPrograms(place.folder, place.owner?.uid);
  if (!(await isThere(join(data, 'PG_VERSION')))) await initialise(options, programs, data);
  let running: KeptProcess | undefined;

  const bundle = join(data, 'server.pem');
  const keepCertificate = async (certificate: ServerCertificate) => {
    await replaceFile(bundle, joinBundle(certificate));
    if (place.owner !== undefined) await chown(bundle, place.owner.uid, place.owner.gid);
  };
  const stop = async () => {
    const server = running;
    running = undefined;
    await server?.kill('SIGINT', stopGraceMs);
  };

  return {
    stop,
    async start() {
      if (running !== undefined) return;
      await awaitEarlierServer(data);
      if (!(await isThere(bundle))) await keepCertificate(await options.firstCertificate());
      const args = [
        '-D',
        data,
        ...Object.entries(settings(port)).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
      ];
      const server = await keeper.spawn({
        ...asOwner(place),
        file: programs.postgres,
        args,
        env: environment(),
        cwd: data,
        stopSignal: 'SIGINT',
      });
      running = server;
      void server.exited.then(() => {
        if (running !== server) return;
        running = undefined;
        options.log('database: the server ended by itself');
      });
      await awaitReady(server, options.log);
      await proveAccount(options);
    },
    async present(certificate) {
      await keepCertificate(certificate);
      if (running === undefined) return;
      const leaf = new X509Certificate(certificate.certificate).raw.toString('base64');
      await asAdministrator(options, (client) => client.query('select pg_reload_conf()'));
      for (const end = Date.now() + 3000; Date.now() < end; await wait(30)) {
        if ((await shownCertificate(port)) === leaf) return;
      }
      throw new Error('the server does not show the new certificate');
    },
  };
}

/** Everything that differs from PostgreSQL's defaults. */
function settings(port: number): Readonly<Record<string, string | number>> {
  return {
    port,
    listen_addresses: loopback,
    unix_socket_directories: '',
    ssl: 'on',
    // One file for both, so that certificate and key always change together.
    ssl_cert_file: 'server.pem',
    ssl_key_file: 'server.pem',
    password_encryption: 'scram-sha-256',
    // A failed statement may hold a password; it must not reach the log.
    log_min_error_statement: 'panic',
    // Three processes less on a machine that runs everything else, too.
    io_method: 'sync',
    timezone: 'UTC',
    log_timezone: 'UTC',
  };
}

async function initialise(
  { place, password, keeper, log }: DatabaseOptions,
  programs: PostgresPrograms,
  data: string,
): Promise<void> {
  const partial = `${data}.partial`;
  const secret = join(place.folder, 'initdb-password');
  await rm(partial, { recursive: true, force: true });
  await makeOwnedFolder(partial, place.owner);
  try {
    await rm(secret, { force: true });
    await writeFile(secret, `${password}\n`, { mode: 0o600, flag: 'wx' });
    if (place.owner !== undefined) await chown(secret, place.owner.uid, place.owner.gid);
    const args = [
      '-D',
      partial,
      '-U',
      databaseUser,
      '--pwfile',
      secret,
      '--auth=scram-sha-256',
      '-E',
      'UTF8',
      '--no-sync',
      '--no-instructions',
    ];
    const locale = ['--locale-provider=builtin', '--locale=C', '--builtin-locale=C.UTF-8'];
    const run = await keeper.spawn({
      ...asOwner(place),
      file: programs.initdb,
      args: [...args, ...locale],
      env: environment(),
      cwd: partial,
    });
    const lines: string[] = [];
    run.onLine((line) => lines.push(line));
    const { code, signal } = await run.exited;
    if (code !== 0) {
      for (const line of lines) log(`initdb: ${line}`);
      throw new Error(
        `initdb ended with ${signal ?? code}: ${lines.findLast((line) => line.trim() !== '') ?? 'no words'}`,
      );
    }
  } finally {
    await rm(secret, { force: true });
  }
  // The account's rules are written once: this database is reached over loopback only.
  await writeFile(join(partial, 'pg_hba.conf'), `host all all ${loopback}/32 scram-sha-256\n`);
  await rename(partial, data);
}

/** After a kill, the keeper may still be ending the server of before; a number used again by the system is no server. */
async function awaitEarlierServer(data: string): Promise<void> {
  const file = join(data, 'postmaster.pid');
  const read = async () => (await readFile(file, 'utf8').catch(() => '')).split('\n');
  for (const end = Date.now() + 5000; Date.now() < end; await wait(50)) {
    const pid = Number((await read())[0]);
    if (!Number.isInteger(pid) || pid <= 0 || !isAlive(pid)) return;
  }
  const [pid, , , port] = await read();
  if ((await shownCertificate(Number(port))) !== undefined) {
    throw new Error(`the database of this folder is in use already (process ${pid})`);
  }
  await rm(file, { force: true });
}

function awaitReady(server: KeptProcess, log: (words: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the database was not ready in time')), startLimitMs);
    let last = '';
    server.onLine((line) => {
      log(`database: ${line}`);
      last = line;
      if (line.includes('database system is ready to accept connections')) {
        clearTimeout(limit);
        resolve();
      }
    });
    void server.exited.then(({ code, signal }) => {
      clearTimeout(limit);
      reject(new Error(`the database ended with ${signal ?? code}: ${last}`));
    });
  });
}

async function proveAccount(options: DatabaseOptions): Promise<void> {
  await asAdministrator(options, () => Promise.resolve()).catch((error: { code?: string }) => {
    if (error.code === '28P01') throw new Error('the database of this folder was made with another password');
    throw error;
  });
}

async function asAdministrator(options: DatabaseOptions, work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({
    host: loopback,
    port: options.port,
    user: databaseUser,
    password: options.password,
    database: 'postgres',
    connectionTimeoutMillis: 5000,
  });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}

function asOwner(place: DatabasePlace): { readonly uid?: number; readonly gid?: number } {
  return place.owner ?? {};
}

/** Messages stay in English: readiness is read from them. */
function environment(): Record<string, string> {
  const windows = process.platform === 'win32' ? ['SystemRoot', 'TEMP', 'TMP', 'PATH'] : [];
  const taken = windows.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]] as const],
  );
  return { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', ...Object.fromEntries(taken) };
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
