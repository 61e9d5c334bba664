import { Client } from 'pg';
import { classifyDatabaseError, databaseConfig } from '../common/database.ts';
import { createLog, errorFields } from '../common/log.ts';
import { readParameters } from '../common/parameters.ts';
import { evaluateAlarmRules } from './alarms.ts';
import { computeDailySummaries } from './summaries.ts';

/** Any fixed number; two jobs at the same time would count the same rows twice. */
const lock = 4_200_001;

const log = createLog('energy-jobs', readParameters(process.env).logLevel);
const client = new Client(databaseConfig(process.env, 'energy-jobs'));
client.on('error', (error) => log('warn', 'database connection lost', errorFields(error)));
const start = performance.now();

try {
  await client.connect();
  await client.query('begin');
  await client.query('select pg_advisory_xact_lock($1)', [lock]);
  const summaries = await computeDailySummaries(client);
  const alarms = await evaluateAlarmRules(client);
  await client.query('commit');
  log('info', 'done', { ...summaries, alarms, milliseconds: Math.round(performance.now() - start) });
} catch (error) {
  // Everything is one transaction: what did not finish is rolled back, and the next attempt starts clean.
  log('error', classifyDatabaseError(error) ?? 'failed', errorFields(error));
  process.exitCode = 1;
} finally {
  await client.end().catch(() => {});
}
