import { watchFile } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { Pool } from 'pg';
import { databaseConfig } from '../common/database.ts';
import { createLog, errorFields } from '../common/log.ts';
import { readParameters } from '../common/parameters.ts';
import { createMetrics } from './metrics.ts';
import { createSessionNotices } from './notices.ts';
import { createService, readTls } from './server.ts';
import { createSessions } from './sessions.ts';

/** Connections of a pod: the pool and the one that listens for notices. */
const connections = 10;
/** From SIGTERM on, answers close their connections this long before the port closes: no caller meets a closed door. */
const drainMs = 500;
/** Longest time that requests under way are given to finish. */
const finishMs = 10_000;

const parameters = readParameters(process.env);
const log = createLog('energy-api', parameters.logLevel);
const config = databaseConfig(process.env, 'energy-api');
const pool = new Pool({ ...config, max: connections - 1, idleTimeoutMillis: 30_000, query_timeout: 10_000 });
pool.on('error', (error) => log('warn', 'idle database connection lost', errorFields(error)));

const notices = createSessionNotices(config, log);
const sessions = createSessions(pool, parameters.sessionMinutes, notices);
const metrics = createMetrics(pool, sessions.cached);
let stopping = false;

const tls = {
  certificateFile: process.env.TLS_CERT_FILE ?? '/etc/energy/tls/tls.crt',
  keyFile: process.env.TLS_KEY_FILE ?? '/etc/energy/tls/tls.key',
};
const server = createService({ pool, sessions, metrics, parameters, log, draining: () => stopping }, tls);

// A renewed certificate is used without a restart. A half-written pair is left alone until it fits.
watchFile(tls.certificateFile, { interval: 10_000, persistent: false }, () => {
  try {
    server.setSecureContext({ ...readTls(tls), minVersion: 'TLSv1.2' });
    log('info', 'certificate renewed');
  } catch (error) {
    log('error', 'certificate not usable', errorFields(error));
  }
});

server.on('error', (error) => {
  log('error', 'cannot listen', errorFields(error));
  process.exit(1);
});
server.listen(Number(process.env.PORT ?? 8443), process.env.HOST ?? '0.0.0.0', () => {
  log('info', 'listening', { port: (server.address() as AddressInfo).port });
});

async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log('info', 'stopping', { signal });
  await wait(drainMs);
  const late = setTimeout(() => server.closeAllConnections(), finishMs);
  await new Promise<void>((resolve) => server.close(() => resolve()));
  clearTimeout(late);
  await notices.close();
  await pool.end();
  log('info', 'stopped');
  process.exit(0);
}
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
