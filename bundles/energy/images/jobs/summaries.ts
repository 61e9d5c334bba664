import type { ClientBase } from 'pg';

/**
 * Brings daily_summaries to what the readings say: missing days are added, changed ones corrected, emptied ones removed.
 * Running it again changes nothing. Returns how many rows were changed.
 */
export async function computeDailySummaries(
  client: ClientBase,
): Promise<{ readonly written: number; readonly removed: number }> {
  await client.query(
    `create temporary table computed on commit drop as
     select meter_id, (at at time zone 'UTC')::date as day, sum(kwh) as kwh, count(*)::int as count, max(kwh) as peak_kwh
     from readings group by 1, 2`,
  );
  const written = await client.query(
    `insert into daily_summaries as d (meter_id, day, kwh, count, peak_kwh)
     select meter_id, day, kwh, count, peak_kwh from computed
     on conflict (meter_id, day) do update
       set kwh = excluded.kwh, count = excluded.count, peak_kwh = excluded.peak_kwh, computed_at = now()
       where (d.kwh, d.count, d.peak_kwh) is distinct from (excluded.kwh, excluded.count, excluded.peak_kwh)`,
  );
  const removed = await client.query(
    `delete from daily_summaries d where not exists (select from computed c where c.meter_id = d.meter_id and c.day = d.day)`,
  );
  return { written: written.rowCount ?? 0, removed: removed.rowCount ?? 0 };
}
