import type { ClientBase } from 'pg';

/**
 * Judges all readings by the alarm rules; a meter's own rule goes before the rule for all.
 * A reading that has its alarm already opens none. Returns how many were opened.
 */
export async function evaluateAlarmRules(client: ClientBase): Promise<number> {
  const { rowCount } = await client.query(
    `with effective as (
       select m.id as meter_id, r.code, r.threshold_kwh, r.severity
       from meters m join alarm_rules r
         on r.meter_id = m.id
         or (r.meter_id is null and not exists (select from alarm_rules own where own.meter_id = m.id))
     )
     insert into alarms (rule_code, meter_id, at, kwh, threshold_kwh, severity)
     select e.code, d.meter_id, d.at, d.kwh, e.threshold_kwh, e.severity
     from readings d join effective e on e.meter_id = d.meter_id and d.kwh > e.threshold_kwh
     on conflict (rule_code, meter_id, at) do nothing`,
  );
  return rowCount ?? 0;
}
