import type pg from 'pg';
import { SitewrightError } from '../../../contract/errors.ts';
import { databaseChecks } from '../../checks/dependencies.ts';
import { type DatabaseFacts, type DatabaseFigures, probe } from '../../checks/endpoints.ts';
import type { StepContext, StepKind } from '../../plan/step.ts';
import type { DatabaseInput } from './model.ts';
import { judgeAndRecord, readTls } from './steps.ts';

/** Reads the database as its administrator, and tries out what migrations do in a schema of its own. */
export const databaseStep: StepKind<DatabaseInput> = {
  verify: async (context, input) => {
    const begun = performance.now();
    judgeAndRecord(context, 'database', await readDatabase(context, input), databaseChecks, begun);
  },
};

async function readDatabase(
  context: StepContext,
  { address, port, servername }: DatabaseInput,
): Promise<DatabaseFacts> {
  const { http, postgres } = context.drivers;
  const { signal } = context;
  const { tls } = await readTls(probe, http, { address, port, servername, startTls: 'postgresql', signal });
  // Until the certificates stage has replaced it, the server's certificate cannot be verified by anybody.
  const unverified = !('value' in tls && tls.value.authorized);
  const connection = await probe(() => postgres.connect({ as: 'administrator' }, { signal, unverified }));
  if (!('value' in connection)) return { tls, figures: connection, scratch: null };
  const client = connection.value;
  try {
    const figures = await probe(
      refusing(context, 'SELECT', () => readFigures(client, context.release.file.database.name)),
    );
    const scratch = await probe(refusing(context, 'CREATE, ALTER, DROP', () => tryScratch(client)));
    return { tls, figures, scratch };
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** An answer of the server that is not the wanted one becomes the error database-refused, with its words. */
function refusing<T>(context: StepContext, what: string, act: () => Promise<T>): () => Promise<T> {
  return async () => {
    try {
      return await act();
    } catch (error) {
      if (context.signal.aborted) throw new SitewrightError('cancelled', {}, { cause: error });
      const { address = '', port = 0 } = context.site.database ?? {};
      throw new SitewrightError('database-refused', { address: `${address}:${port}`, what }, { cause: error });
    }
  };
}

const figuresQuery = `
  SELECT current_setting('server_version') AS version,
         current_setting('server_version_num')::int / 10000 AS major,
         current_setting('max_connections')::int AS maximum,
         current_setting('superuser_reserved_connections')::int + coalesce(current_setting('reserved_connections', true), '0')::int AS reserved,
         (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()) AS used,
         pg_is_in_recovery() AS standby,
         current_setting('default_transaction_read_only') = 'on' AS read_only,
         d.encoding, d.collation,
         current_setting('TimeZone') AS zone,
         (extract(timezone FROM now()) / 60)::int AS offset_minutes,
         r.rolsuper OR r.rolcreatedb AS databases,
         r.rolsuper OR r.rolcreaterole AS roles,
         current_setting('password_encryption') AS hashes,
         (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS clock
    FROM pg_roles r,
         LATERAL (SELECT pg_encoding_to_char(encoding) AS encoding, datcollate AS collation
                    FROM pg_database WHERE datname IN ($1, 'template1')
                   ORDER BY (datname = $1) DESC LIMIT 1) d
   WHERE r.rolname = current_user`;

type FiguresRow = {
  readonly version: string;
  readonly major: number;
  readonly maximum: number;
  readonly reserved: number;
  readonly used: number;
  readonly standby: boolean;
  readonly read_only: boolean;
  readonly encoding: string;
  readonly collation: string;
  readonly zone: string;
  readonly offset_minutes: number;
  readonly databases: boolean;
  readonly roles: boolean;
  readonly hashes: string;
  readonly clock: number;
};

/** The release's own database counts where it exists already, else the template that it will be made from. */
async function readFigures(client: pg.Client, database: string): Promise<DatabaseFigures> {
  // The first query warms the connection up; the clock is judged by the second one's way there and back.
  await client.query('SELECT 1');
  const sentAt = Date.now();
  const { rows } = await client.query<FiguresRow>(figuresQuery, [database]);
  const receivedAt = Date.now();
  const row = rows[0];
  if (row === undefined) throw new Error('no answer');
  return {
    version: row.version,
    major: row.major,
    maxConnections: row.maximum,
    reserved: row.reserved,
    used: row.used,
    standby: row.standby,
    readOnly: row.read_only,
    encoding: row.encoding,
    collation: row.collation,
    timeZone: row.zone,
    offsetMinutes: row.offset_minutes,
    mayCreateDatabases: row.databases,
    mayCreateRoles: row.roles,
    passwordEncryption: row.hashes,
    clockMs: Math.round(row.clock - (sentAt + receivedAt) / 2),
    clockDoubtMs: Math.ceil((receivedAt - sentAt) / 2),
  };
}

/** What migrations do. The name is fixed and dropped first: a try that was killed leaves nothing for ever. */
const scratchStatements = [
  'DROP SCHEMA IF EXISTS sitewright_probe CASCADE',
  'CREATE SCHEMA sitewright_probe',
  'CREATE TABLE sitewright_probe.probe (id integer PRIMARY KEY, words text NOT NULL)',
  "INSERT INTO sitewright_probe.probe VALUES (1, '能源')",
  'ALTER TABLE sitewright_probe.probe ADD COLUMN added timestamptz DEFAULT now()',
  'CREATE INDEX probe_words ON sitewright_probe.probe (words)',
  'DROP TABLE sitewright_probe.probe',
  'DROP SCHEMA sitewright_probe',
];

async function tryScratch(client: pg.Client): Promise<number> {
  try {
    for (const statement of scratchStatements) await client.query(statement);
    return scratchStatements.length;
  } catch (error) {
    await client.query('DROP SCHEMA IF EXISTS sitewright_probe CASCADE').catch(() => undefined);
    throw error;
  }
}
