import type { Pool } from 'pg';
import { Refusal } from '../answers.ts';
import { dayValue, identifier, limitValue, numberField, onlyFields, timeValue } from '../fields.ts';
import type { Route } from '../router.ts';
import type { Service } from '../service.ts';

/**
 * One statement, so that a reading, its alarm and the forgotten daily summary appear together or not at all.
 * A meter's own rule goes before the rule for all.
 */
const storeReading = `
  with stored as (
    insert into readings (meter_id, at, kwh) values ($1, $2, $3) returning meter_id, at, kwh
  ), forgotten as (
    delete from daily_summaries d using stored s where d.meter_id = s.meter_id and d.day = (s.at at time zone 'UTC')::date
  ), rule as (
    select code, threshold_kwh, severity from alarm_rules
    where meter_id = $1 or (meter_id is null and not exists (select from alarm_rules where meter_id = $1))
  ), raised as (
    insert into alarms (rule_code, meter_id, at, kwh, threshold_kwh, severity)
    select r.code, s.meter_id, s.at, s.kwh, r.threshold_kwh, r.severity from stored s join rule r on s.kwh > r.threshold_kwh
    on conflict do nothing returning id
  )
  select s.at, s.kwh::float8 as kwh, (select min(id)::int from raised) as "alarmId" from stored s`;

async function requireMeter(pool: Pool, id: number): Promise<void> {
  const { rowCount } = await pool.query({
    name: 'meter-exists',
    text: 'select from meters where id = $1',
    values: [id],
  });
  if (rowCount === 0) throw new Refusal(404, 'not-found', 'There is no such meter.');
}

/** Readings and their daily sums. */
export function readingRoutes({ pool, parameters, log }: Service): readonly Route[] {
  const mostKwh = Math.min((parameters.maximumMeterPower * parameters.readingIntervalMinutes) / 60, 999_999_999);
  return [
    {
      method: 'GET',
      path: '/api/v1/meters/{id}/readings',
      access: 'session',
      permission: 'readings:read',
      handle: async ({ params, query }) => {
        const id = identifier(params.id);
        const from = query.get('from');
        const to = query.get('to');
        const values = [
          id,
          from === null ? '-infinity' : timeValue('from', from),
          to === null ? 'infinity' : timeValue('to', to),
          limitValue(query.get('limit'), 10_000, 1_000),
        ];
        await requireMeter(pool, id);
        const { rows } = await pool.query<{ at: Date; kwh: number }>({
          name: 'readings',
          text: `select at, kwh::float8 as kwh from readings
                 where meter_id = $1 and at >= $2::timestamptz and at < $3::timestamptz order by at limit $4`,
          values,
        });
        return { status: 200, body: { items: rows.map(({ at, kwh }) => ({ time: at.toISOString(), kwh })) } };
      },
    },
    {
      method: 'POST',
      path: '/api/v1/meters/{id}/readings',
      access: 'session',
      permission: 'readings:write',
      handle: async (call) => {
        const id = identifier(call.params.id);
        const body = await call.body();
        onlyFields(body, ['time', 'kwh']);
        const time = timeValue('time', body.time);
        const kwh = numberField(body, 'kwh');
        if (kwh > mostKwh)
          throw new Refusal(422, 'reading-implausible', `More than ${mostKwh} kWh in one interval is not plausible.`);
        const { rows } = await pool
          .query<{ at: Date; kwh: number; alarmId: number | null }>({
            name: 'reading-store',
            text: storeReading,
            values: [id, time, kwh],
          })
          .catch((error: { code?: string }) => {
            if (error.code === '23505')
              throw new Refusal(409, 'reading-exists', 'This meter has a reading for this time already.');
            if (error.code === '23503') throw new Refusal(404, 'not-found', 'There is no such meter.');
            throw error;
          });
        const stored = rows[0]!;
        if (stored.alarmId !== null) log('warn', 'alarm opened', { meter: id, alarm: stored.alarmId });
        return {
          status: 201,
          body: { meterId: id, time: stored.at.toISOString(), kwh: stored.kwh, alarmId: stored.alarmId },
        };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/meters/{id}/summary',
      access: 'session',
      permission: 'readings:read',
      handle: async ({ params, query }) => {
        const id = identifier(params.id);
        const day = dayValue('day', query.get('day'));
        await requireMeter(pool, id);
        const { rows } = await pool.query<{ kwh: number; count: number }>({
          name: 'summary',
          text: `select kwh::float8 as kwh, count from daily_summaries where meter_id = $1 and day = $2::date
                 union all
                 select coalesce(sum(kwh), 0)::float8, count(*)::int from readings
                 where meter_id = $1 and at >= $2::date::timestamp at time zone 'UTC' and at < ($2::date + 1)::timestamp at time zone 'UTC'
                   and not exists (select from daily_summaries where meter_id = $1 and day = $2::date)
                 having not exists (select from daily_summaries where meter_id = $1 and day = $2::date)`,
          values: [id, day],
        });
        return { status: 200, body: { day, kwh: rows[0]!.kwh, count: rows[0]!.count } };
      },
    },
  ];
}
