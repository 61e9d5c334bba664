import { type ChildProcess, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import { extract } from 'tar-stream';
import { parse } from 'yaml';
import { hashPassword } from '../../../bundles/energy/images/api/passwords.ts';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { copySample } from '../bundle/sample-copy.ts';
import { issueCertificate } from './authority.ts';
import { startTestDatabase, type TestDatabase } from './database.ts';

/** A pod of the sample: a process of the unpacked image. */
export type Pod = {
  readonly port: number;
  readonly child: ChildProcess;
  readonly output: () => string;
  readonly ended: Promise<number | null>;
};

export type Installation = {
  readonly bundle: ReleaseBundle;
  readonly database: TestDatabase;
  readonly authority: string;
  readonly startApi: (env?: Readonly<Record<string, string>>) => Promise<Pod>;
  readonly runJob: () => Promise<{ readonly code: number | null; readonly output: string }>;
  readonly migrate: () => Promise<void>;
  readonly configure: () => Promise<void>;
  readonly importHistory: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** Initial password of a user in the tests. */
export const passwordOf = (user: string): string => `Initial password of ${user.replace('-', '_')}!`;

/** Builds the sample's bundle, unpacks its images, and starts an empty database for it. */
export async function prepareInstallation(): Promise<Installation> {
  const sample = await copySample();
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-sample-'));
  await buildBundle({
    source: sample.folder,
    out: join(folder, 'bundle'),
    signingKey: generateKeyPairSync('ed25519').privateKey,
  });
  await sample.remove();
  const bundle = await openReleaseBundle([join(folder, 'bundle')]);
  for (const { repository, digest } of bundle.release.images) await unpack(bundle, digest, join(folder, repository));

  const issued = await issueCertificate(['energy.site.internal']);
  const files: Record<string, string> = {
    'ca.crt': issued.authority,
    'tls.crt': issued.certificate,
    'tls.key': issued.key,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const database = await startTestDatabase(issued);
  const administrator = await database.connect('postgres');
  await administrator.query(`create role energy_app login password '${database.password}'`);
  await administrator.query('create database energy owner energy_app');
  await administrator.end();

  const environment = {
    PGHOST: '127.0.0.1',
    PGPORT: `${database.port}\n`,
    PGDATABASE: 'energy',
    PGUSER: 'energy_app',
    PGPASSWORD: database.password,
    PG_CA_FILE: join(folder, 'ca.crt'),
    TLS_CERT_FILE: join(folder, 'tls.crt'),
    TLS_KEY_FILE: join(folder, 'tls.key'),
  };
  const children: ChildProcess[] = [];
  const launch = (entry: string, env: Readonly<Record<string, string>>) => {
    const child = spawn(process.execPath, [join(folder, entry)], {
      env: { ...environment, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        output += chunk.toString();
      });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    return { child, output: () => output, ended };
  };
  const owned = async (work: (client: pg.Client) => Promise<void>): Promise<void> => {
    const client = await database.connect('energy', 'energy_app');
    try {
      await work(client);
    } finally {
      await client.end();
    }
  };
  const { database: data } = bundle.release.file;

  return {
    bundle,
    database,
    authority: issued.authority,
    startApi: async (env = {}) => {
      const port = await freePort();
      const started = launch('energy/api/app/api/main.ts', { PORT: String(port), HOST: '127.0.0.1', ...env });
      for (let waited = 0; !started.output().includes('"listening"'); waited += 20) {
        if (waited > 10_000 || started.child.exitCode !== null)
          throw new Error(`the service did not start: ${started.output()}`);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      return { ...started, port };
    },
    runJob: async () => {
      const { ended, output } = launch('energy/jobs/app/jobs/main.ts', {});
      return { code: await ended, output: output() };
    },
    migrate: () =>
      owned(async (client) => {
        for (const path of data.migrations) await client.query(bundle.release.texts.get(path)!.content);
      }),
    configure: () => owned((client) => configure(client, bundle)),
    importHistory: () =>
      owned(async (client) => {
        const [history] = data.history;
        const content = bundle.open(bundle.release.blobs.get(history!.file)!.digest);
        const sink = client.query(
          copyFrom(`copy readings (${history!.columns.join(', ')}) from stdin (format csv, header)`),
        );
        await pipeline(content, createGunzip(), sink);
        await client.query('analyze readings');
      }),
    close: async () => {
      for (const child of children) child.kill('SIGKILL');
      await bundle.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function configure(client: pg.Client, bundle: ReleaseBundle): Promise<void> {
  for (const path of bundle.release.file.database.configuration) {
    const { table, rows } = parse(bundle.release.texts.get(path)!.content) as {
      table: string;
      rows: Record<string, unknown>[];
    };
    for (const row of rows) {
      const columns = Object.keys(row);
      const values = await Promise.all(
        Object.values(row).map((value) =>
          typeof value === 'object' && value !== null
            ? hashPassword(passwordOf((value as { password: string }).password.slice('user/'.length)))
            : value,
        ),
      );
      const places = columns.map((_, index) => `$${index + 1}`).join(', ');
      await client.query(`insert into ${table} (${columns.join(', ')}) values (${places})`, values);
    }
  }
}

/** Unpacks the layers of an image one over the other, as a container runtime does. */
async function unpack(bundle: ReleaseBundle, digest: string, folder: string): Promise<void> {
  const manifest = JSON.parse((await bundle.read(digest)).toString()) as { layers: { digest: string }[] };
  for (const layer of manifest.layers) {
    const tar = extract();
    const reading = pipeline(bundle.open(layer.digest), createGunzip(), tar);
    for await (const entry of tar) {
      const path = join(folder, entry.header.name);
      if (entry.header.type === 'directory') await mkdir(path, { recursive: true });
      else {
        await mkdir(dirname(path), { recursive: true });
        await writeFile(path, Readable.from(entry));
      }
      entry.resume();
    }
    await reading;
  }
}
