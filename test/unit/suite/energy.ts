import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { parse } from 'yaml';
import { rows as historyRows } from '../../../bundles/energy/history/readings.ts';
import { hashPassword } from '../../../bundles/energy/images/api/passwords.ts';
import { type Release, releaseFileSchema } from '../../../electron/engine/bundle/release.ts';
import { createHttpClient } from '../../../electron/engine/drivers/http-client.ts';
import { createPostgresDriver } from '../../../electron/engine/drivers/postgres-driver.ts';
import { databasePlace } from '../../../electron/practice/database/place.ts';
import { prepareDatabase } from '../../../electron/practice/database/server.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { startKeeper } from '../../../electron/practice/keeper.ts';
import { makeFolder } from '../../../electron/practice/settings.ts';
import { nodeDoor } from '../../../electron/programs/door.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { makeTls } from './authority.ts';

const bundle = fileURLToPath(new URL('../../../bundles/energy/', import.meta.url));
const servername = 'energy.site.internal';
const users = ['admin', 'operator', 'verifier-admin', 'verifier-engineer', 'verifier-viewer'];

/** The sample release's service on a real PostgreSQL with all its data, and a context that reaches it as on a site. */
export async function startEnergy() {
  const folder = await mkdtemp(join(tmpdir(), 'suite-test-'));
  await makeFolder(folder);
  const tls = await makeTls(servername);
  const passwords = { database: 'administrator-secret', owner: 'owner-secret-1234' };
  const secrets: Record<string, string> = { database: passwords.database, 'database-owner': passwords.owner };
  for (const name of users) secrets[`user/${name}`] = `initial-${name}-9${name.length}`;

  const keeper = startKeeper(nodeDoor, () => undefined);
  const port = await freePort();
  const certificate = async () => ({ certificate: tls.cert, key: tls.key });
  const place = await databasePlace(folder, undefined);
  const database = await prepareDatabase({
    place,
    port,
    password: passwords.database,
    firstCertificate: certificate,
    keeper,
    log: () => undefined,
  });
  await database.start();
  await fillDatabase(port, passwords, secrets);

  const files = { cert: join(folder, 'tls.crt'), key: join(folder, 'tls.key'), ca: join(folder, 'ca.crt') };
  await Promise.all([
    writeFile(files.cert, tls.cert),
    writeFile(files.key, tls.key),
    writeFile(files.ca, tls.authority),
  ]);
  const api = await startApi({
    PGPORT: String(port),
    PGPASSWORD: passwords.owner,
    PG_CA_FILE: files.ca,
    TLS_CERT_FILE: files.cert,
    TLS_KEY_FILE: files.key,
  });

  const release = await readRelease();
  const base = testSite();
  const { kubernetes: _none, ...site } = { ...base, database: { ...base.database!, port, names: [] } };
  const authorities = () => [tls.authority];
  const http = createHttpClient({ authorities });
  const vault = testContext({ secrets }).context.vault;
  const postgres = createPostgresDriver({ site, vault, release, authorities });
  const endpoint = { url: `https://${servername}:${api.port}`, address: '127.0.0.1', port: api.port, servername };
  return {
    release,
    secrets,
    /** A fresh memory context, as of a first attempt. */
    context: (signal?: AbortSignal) => {
      const made = testContext({
        site,
        release,
        secrets,
        stage: 'verification',
        drivers: { http, postgres },
        ...(signal === undefined ? {} : { signal }),
      });
      made.context.facts.put('service:api', 'endpoint', endpoint);
      return made;
    },
    query: async (sql: string) => {
      const client = await postgres.connect({ as: 'owner' });
      try {
        return (await client.query(sql)).rows as Record<string, unknown>[];
      } finally {
        await client.end();
      }
    },
    close: async () => {
      api.child.kill('SIGKILL');
      await Promise.allSettled([http.close(), postgres.close()]);
      await database.stop();
      await keeper.stop();
      await Promise.all([
        rm(folder, { recursive: true, force: true }),
        ...(place.elsewhere === undefined ? [] : [rm(place.elsewhere, { recursive: true, force: true })]),
      ]);
    },
  };
}

export type Energy = Awaited<ReturnType<typeof startEnergy>>;

async function fillDatabase(
  port: number,
  passwords: { database: string; owner: string },
  secrets: Record<string, string>,
) {
  const open = async (user: string, password: string, name: string) => {
    const client = new pg.Client({
      host: '127.0.0.1',
      port,
      user,
      password,
      database: name,
      ssl: { rejectUnauthorized: false },
    });
    await client.connect();
    return client;
  };
  const administrator = await open('postgres', passwords.database, 'postgres');
  await administrator.query(`create role energy_app login password '${passwords.owner}'`);
  await administrator.query('create database energy owner energy_app');
  await administrator.end();
  const owner = await open('energy_app', passwords.owner, 'energy');
  for (const name of (await readdir(join(bundle, 'migrations'))).sort())
    await owner.query(await readFile(join(bundle, 'migrations', name), 'utf8'));
  const file = releaseFileSchema
    .pick({ database: true })
    .loose()
    .parse(parse(await readFile(join(bundle, 'release.yaml'), 'utf8')));
  for (const path of file.database.configuration) {
    const data = parse(await readFile(join(bundle, path), 'utf8')) as {
      table: string;
      rows: Record<string, unknown>[];
    };
    for (const row of data.rows) {
      const values = await Promise.all(Object.values(row).map((value) => stored(value, secrets)));
      const places = values.map((_, index) => `$${index + 1}`).join(', ');
      await owner.query(`insert into ${data.table} (${Object.keys(row).join(', ')}) values (${places})`, values);
    }
  }
  const lines = function* () {
    for (const row of historyRows()) yield `${row}\n`;
  };
  await pipeline(
    Readable.from(lines(), { objectMode: true }),
    owner.query(copyFrom('copy readings (meter_id, at, kwh) from stdin with (format csv)')),
  );
  await owner.end();
}

function stored(value: unknown, secrets: Record<string, string>): unknown {
  if (value === null || typeof value !== 'object' || !('password' in value)) return value;
  return hashPassword(secrets[String(value.password)] ?? '');
}

async function startApi(env: Record<string, string>): Promise<{ child: ChildProcess; port: number }> {
  const child = spawn(process.execPath, [join(bundle, 'images/api/main.ts')], {
    env: {
      PATH: process.env.PATH ?? '',
      PORT: '0',
      HOST: '127.0.0.1',
      PGHOST: '127.0.0.1',
      PGDATABASE: 'energy',
      PGUSER: 'energy_app',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let log = '';
  for (;;) {
    const [chunk] = (await once(child.stdout!, 'data')) as [Buffer];
    log += chunk.toString();
    const found = /"port":\s*(\d+)/.exec(log);
    if (found !== null) {
      child.stdout!.resume();
      return { child, port: Number(found[1]) };
    }
  }
}

async function readRelease(): Promise<Release> {
  const file = releaseFileSchema.parse(parse(await readFile(join(bundle, 'release.yaml'), 'utf8')));
  const texts = await Promise.all(
    file.suites.map(
      async (path) =>
        [
          path,
          { path, digest: `sha256:${'0'.repeat(64)}`, content: await readFile(join(bundle, path), 'utf8') },
        ] as const,
    ),
  );
  return {
    file,
    digest: `sha256:${'1'.repeat(64)}`,
    signature: { found: true, valid: true, key: 'test' },
    images: [],
    texts: new Map(texts),
    blobs: new Map(),
  };
}
