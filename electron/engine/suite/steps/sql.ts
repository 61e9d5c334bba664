import { text, verbatim } from '../../../contract/text.ts';
import { asDatabaseError } from '../../drivers/postgres-driver.ts';
import type { Json } from '../../plan/step.ts';
import { type Check, judge, sha256 } from '../judge.ts';
import { shorten } from '../mask.ts';
import type { StepOf } from '../schema.ts';
import { spanMs } from '../step-schema.ts';
import type { Observation, World } from '../world.ts';

/** Type numbers of PostgreSQL whose values arrive as text: int8 and numeric. */
const figures = new Set([20, 1700]);

/** Runs one statement as the release's owner; reading ones in a read-only transaction, so that a suite cannot change data by accident. */
export async function runSql(step: StepOf<'sql'>, world: World): Promise<Observation> {
  const { query, parameters, writes, timeout } = step.with;
  const client = await world.context.drivers.postgres.connect({ as: 'owner' }, { signal: world.signal });
  const start = performance.now();
  try {
    await client.query(writes ? 'BEGIN' : 'BEGIN READ ONLY');
    await client.query(`SET LOCAL statement_timeout = ${timeout === undefined ? 30_000 : spanMs(timeout)}`);
    const result = await client.query(query, [...parameters]);
    await client.query(writes ? 'COMMIT' : 'ROLLBACK');
    const durationMs = performance.now() - start;
    const numeric = new Set(result.fields.filter((one) => figures.has(one.dataTypeID)).map((one) => one.name));
    const rows = (result.rows as readonly Record<string, unknown>[]).map((row) =>
      Object.fromEntries(Object.entries(row).map(([name, value]) => [name, asJson(value, numeric.has(name))])),
    );
    const count = writes ? (result.rowCount ?? rows.length) : rows.length;
    return {
      checks: checksOf(step.expect ?? {}, rows, count),
      document: rows,
      durationMs,
      evidence: [
        `> SQL ${query.trim()}`,
        ...(parameters.length === 0 ? [] : [`> ${JSON.stringify(parameters)}`]),
        `< ${count} rows in ${durationMs.toFixed(1)} ms`,
        ...(rows.length === 0 ? [] : [`< ${shorten(JSON.stringify(rows))}`]),
      ].join('\n'),
    };
  } catch (error) {
    throw asDatabaseError(error, world.context.site, verbatim('SQL'), world.signal);
  } finally {
    await client.end().catch(() => undefined);
  }
}

function checksOf(
  expect: NonNullable<StepOf<'sql'>['expect']>,
  rows: readonly Record<string, Json>[],
  count: number,
): readonly Check[] {
  const checks: Check[] = [];
  if (expect.count !== undefined) checks.push(judge(text('verification.what.rows'), count, expect.count));
  if (expect.value !== undefined) {
    const first = rows[0] === undefined ? undefined : Object.values(rows[0])[0];
    checks.push(judge(text('verification.what.value'), first, expect.value));
  }
  if (expect.checksum !== undefined) {
    const lines = rows.map((row) => `${Object.values(row).map(String).join('\t')}\n`).join('');
    checks.push(judge(text('verification.what.checksum'), sha256(lines), expect.checksum));
  }
  return checks;
}

function asJson(value: unknown, numeric: boolean): Json {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (numeric && typeof value === 'string' && Number.isFinite(Number(value))) return Number(value);
  return typeof value === 'bigint' ? Number(value) : (value as Json);
}
