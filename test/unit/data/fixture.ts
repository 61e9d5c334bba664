import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import type { Bundle } from '../../../electron/engine/bundle/bundle.ts';
import { type History, type Release, releaseFileSchema } from '../../../electron/engine/bundle/release.ts';
import { createPostgresDriver } from '../../../electron/engine/drivers/postgres-driver.ts';
import { testContext, testSite } from '../../kit/context.ts';
import type { TestPostgres } from '../../kit/postgres.ts';

export const words = { 'zh-CN': '试', 'en-US': 'test' };

/** A release whose texts and history files are given by path. */
export function testRelease(parts: {
  readonly database: string;
  readonly migrations?: Readonly<Record<string, string>>;
  readonly configuration?: Readonly<Record<string, string>>;
  readonly history?: readonly (Partial<History> & { readonly file: string; readonly content: Buffer })[];
}): { release: Release; bundle: Bundle } {
  const { database, migrations = {}, configuration = {}, history = [] } = parts;
  const texts = new Map<string, { path: string; digest: string; content: string }>();
  for (const [path, content] of Object.entries({
    'parameters.schema.json': '{"type":"object"}',
    ...migrations,
    ...configuration,
  }))
    texts.set(path, { path, digest: digestOf(Buffer.from(content)), content });
  const blobs = new Map<string, Buffer>();
  for (const { content } of history) blobs.set(digestOf(content), content);
  const file = releaseFileSchema.parse({
    format: 1,
    name: 'test',
    version: '1.0.0',
    title: words,
    vendor: words,
    architectures: ['amd64'],
    images: [],
    parameters: 'parameters.schema.json',
    checks: 'checks.yaml',
    namespace: 'test',
    manifests: [],
    services: [
      {
        name: 'api',
        title: words,
        service: 'api',
        port: 'https',
        scheme: 'https',
        hostname: 'x',
        health: '/',
        ready: '/',
        availability: 'single',
      },
    ],
    database: {
      kind: 'postgresql',
      name: database,
      owner: database,
      minimum: 12,
      maximum: 18,
      connections: 5,
      migrations: Object.keys(migrations),
      configuration: Object.keys(configuration),
      history: history.map(({ content: _, ...rest }) => ({
        table: 'readings',
        columns: ['meter_id', 'at', 'kwh'],
        key: ['meter_id', 'at'],
        ...rest,
      })),
    },
    suites: [],
  });
  const release: Release = {
    file,
    digest: digestOf(Buffer.from('release')),
    signature: { found: true, valid: true, key: '' },
    images: [],
    texts,
    blobs: new Map(
      history.map(({ file: path, content }) => [path, { digest: digestOf(content), size: content.length }]),
    ),
  };
  const content = (digest: string) => {
    const bytes = blobs.get(digest);
    if (bytes === undefined) throw new Error(`no blob ${digest}`);
    return bytes;
  };
  const bundle: Bundle = {
    release,
    images: release.images,
    digest: release.digest,
    signature: release.signature,
    files: new Map(),
    figures: { parts: 0, blobs: blobs.size, bytes: 0 },
    size: (digest) => blobs.get(digest)?.length,
    open: (digest, options = {}) => Readable.from(slices(content(digest).subarray(options.offset ?? 0))),
    read: async (digest) => content(digest),
    close: async () => undefined,
  };
  return { release, bundle };
}

function* slices(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 16_384) yield bytes.subarray(at, at + 16_384);
}

export function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** A context on a real PostgreSQL. */
export function dataContext(server: TestPostgres, { release, bundle }: { release: Release; bundle: Bundle }) {
  const base = testSite();
  const site = testSite({ operator: 'tester', database: { ...base.database!, port: server.port } });
  const parts = {
    site,
    release,
    bundle,
    stage: 'data' as const,
    secrets: { 'database-owner': server.password, database: server.password },
  };
  const made = testContext(parts);
  const postgres = createPostgresDriver({ site, release, vault: made.context.vault, authorities: () => [] });
  const { context, recorded } = testContext({ ...parts, drivers: { postgres } });
  return { context, recorded, postgres };
}

/** Readings of some meters, one an hour, as gzip CSV; `spoil` may change a line (from 0). */
export function readings(
  meters: number,
  hours: number,
  spoil: (line: string, index: number) => string = (line) => line,
): Buffer {
  const lines = ['meter_id,at,kwh'];
  for (let meter = 1; meter <= meters; meter++) {
    for (let hour = 0; hour < hours; hour++) {
      const at = new Date(Date.UTC(2025, 0, 1, hour)).toISOString();
      lines.push(spoil(`${meter},${at},${((meter * 31 + hour * 7) % 997) / 10}`, lines.length - 1));
    }
  }
  return gzipSync(`${lines.join('\n')}\n`, { level: 1 });
}

export const readingsTable = {
  'migrations/0001_readings.sql':
    'create table readings (meter_id integer not null, at timestamptz not null, kwh numeric(12, 3) not null check (kwh >= 0), primary key (meter_id, at));',
};
