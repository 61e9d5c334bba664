import { readFileSync } from 'node:fs';
import { type ConnectionOptions, checkServerIdentity } from 'node:tls';
import type { ClientConfig } from 'pg';

/** How to reach the database: the PG variables of libpq, and PG_CA_FILE for a verified TLS connection. */
export function databaseConfig(env: NodeJS.ProcessEnv, component: string): ClientConfig {
  const host = env.PGHOST ?? '127.0.0.1';
  return {
    host,
    port: Number(env.PGPORT ?? 5432),
    database: env.PGDATABASE ?? 'energy',
    user: env.PGUSER ?? 'energy_app',
    password: env.PGPASSWORD ?? '',
    application_name: component,
    connectionTimeoutMillis: 2_000,
    keepAlive: true,
    ...(env.PG_CA_FILE ? { ssl: verifiedTls(env.PG_CA_FILE, host) } : {}),
  };
}

/** The name is verified against the host as configured: pg hands over an open socket and no name for an IP address. */
function verifiedTls(authorityFile: string, host: string): ConnectionOptions {
  return {
    ca: readFileSync(authorityFile, 'utf8'),
    minVersion: 'TLSv1.2',
    checkServerIdentity: (_name, certificate) => checkServerIdentity(host, certificate),
  };
}

/** SQL states of a table, column or schema that the migrations have not made yet. */
const schemaStates: ReadonlySet<unknown> = new Set(['42P01', '42703', '3F000']);
/** SQL states and errno of a database that cannot be used right now. */
const unavailableStates: ReadonlySet<unknown> = new Set([
  ...['3D000', '28P01', '28000', '53300', '57P01', '57P02', '57P03', '08000', '08003', '08006', '08001', '08004'],
  ...['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN'],
]);
const unavailableWords =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error/;

/** What an error of the database means for a caller: not migrated yet, not there, or a fault of the service. */
export function classifyDatabaseError(error: unknown): 'schema-missing' | 'database-unavailable' | undefined {
  const code = (error as { code?: unknown } | undefined)?.code;
  if (schemaStates.has(code)) return 'schema-missing';
  if (unavailableStates.has(code)) return 'database-unavailable';
  return error instanceof Error && unavailableWords.test(error.message) ? 'database-unavailable' : undefined;
}
