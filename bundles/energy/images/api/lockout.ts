import type { Pool } from 'pg';
import { Refusal } from './answers.ts';

const allowedFailures = 5;
const lockSeconds = 30;
/** Failures further apart than this do not add up. */
const memoryMinutes = 15;

/** Refuses a name that is locked: 429 too-many-failures with Retry-After. The state is shared by all pods. */
export async function refuseLocked(pool: Pool, name: string): Promise<void> {
  const { rows } = await pool.query<{ seconds: number }>({
    name: 'lockout-read',
    text: `select greatest(1, ceil(extract(epoch from locked_until - now())))::int as seconds
           from sign_in_failures where name = $1 and locked_until > now()`,
    values: [name],
  });
  const seconds = rows[0]?.seconds;
  if (seconds !== undefined) {
    throw new Refusal(429, 'too-many-failures', `Too many failed attempts; try again in ${seconds} s.`, {
      'retry-after': String(seconds),
    });
  }
}

/** Counts a failure in one statement, so that parallel attempts on several pods add up. The fifth locks the name. */
export async function countFailure(pool: Pool, name: string): Promise<void> {
  await pool.query({
    name: 'lockout-count',
    text: `insert into sign_in_failures as f (name, failures, last_at) values ($1, 1, now())
           on conflict (name) do update set
             failures = case when f.locked_until is not null or f.last_at < now() - make_interval(mins => ${memoryMinutes}) then 1 else f.failures + 1 end,
             locked_until = case
               when f.locked_until > now() then f.locked_until
               when f.locked_until is null and f.last_at >= now() - make_interval(mins => ${memoryMinutes})
                 and f.failures + 1 >= ${allowedFailures} then now() + make_interval(secs => ${lockSeconds})
             end,
             last_at = now()`,
    values: [name],
  });
  await pool.query(`delete from sign_in_failures where last_at < now() - make_interval(mins => ${memoryMinutes})`);
}

/** A right password forgets the failures before it. */
export async function forgetFailures(pool: Pool, name: string): Promise<void> {
  await pool.query({ name: 'lockout-forget', text: 'delete from sign_in_failures where name = $1', values: [name] });
}
