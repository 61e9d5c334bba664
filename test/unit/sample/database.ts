import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { chmod, chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { postgresPrograms } from '../../../electron/practice/database/programs.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import type { Issued } from './authority.ts';

const run = promisify(execFile);
/** PostgreSQL refuses to run as root. */
const account = process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

export type TestDatabase = {
  readonly port: number;
  readonly password: string;
  readonly connect: (database: string, user?: string) => Promise<pg.Client>;
  readonly stop: () => Promise<void>;
  readonly start: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** A PostgreSQL of its own with TLS on a free port of the loopback. */
export async function startTestDatabase(server: Issued): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-postgres-'));
  await chmod(folder, 0o711);
  const data = join(folder, 'data');
  await mkdir(data, { mode: 0o700 });
  const owned = [data];
  const write = async (name: string, content: string): Promise<string> => {
    const file = join(folder, name);
    await writeFile(file, content, { mode: 0o600 });
    owned.push(file);
    return file;
  };
  const password = 'Administrator-1';
  const passwordFile = await write('password', password);
  const certificate = await write('server.crt', server.certificate);
  const key = await write('server.key', server.key);
  if (account.uid !== undefined) for (const path of owned) await chown(path, account.uid, account.gid!);
  const { initdb, postgres } = await postgresPrograms(folder, account.uid);
  await run(
    initdb,
    [
      '-D',
      data,
      '-U',
      'postgres',
      '-A',
      'scram-sha-256',
      '--pwfile',
      passwordFile,
      '-E',
      'UTF8',
      '--locale=C',
      '--no-sync',
    ],
    account,
  );
  const port = await freePort();
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    fsync: 'off',
    ssl: 'on',
    ssl_cert_file: certificate,
    ssl_key_file: key,
  };
  const options = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess | undefined;

  const connect = async (database: string, user = 'postgres'): Promise<pg.Client> => {
    const client = new pg.Client({ host: '127.0.0.1', port, user, password, database });
    await client.connect();
    return client;
  };
  const start = async (): Promise<void> => {
    child = spawn(postgres, ['-D', data, ...options], { ...account, stdio: 'ignore' });
    for (let attempt = 0; ; attempt++) {
      const client = await connect('postgres').catch((error: unknown) => {
        if (attempt > 100) throw error;
      });
      if (client) return client.end();
      await wait(100);
    }
  };
  const stop = async (): Promise<void> => {
    if (child === undefined || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGINT');
    await ended;
  };
  await start();
  return {
    port,
    password,
    connect,
    stop,
    start,
    close: async () => {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
