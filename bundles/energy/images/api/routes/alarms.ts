import { Refusal } from '../answers.ts';
import { identifier } from '../fields.ts';
import type { Route } from '../router.ts';
import type { Service } from '../service.ts';

const alarmColumns = `id::int, rule_code as "ruleCode", meter_id as "meterId", at as time, kwh::float8 as kwh,
  threshold_kwh::float8 as "thresholdKwh", severity, state, opened_at as "openedAt",
  acknowledged_at as "acknowledgedAt", acknowledged_by as "acknowledgedBy"`;

/** Alarms, the rules that open them, and the users that look after them. */
export function alarmRoutes({ pool, log }: Service): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/alarms',
      access: 'session',
      permission: 'alarms:read',
      handle: async ({ query }) => {
        const state = query.get('state');
        if (state !== null && state !== 'open' && state !== 'acknowledged') {
          throw new Refusal(400, 'field-invalid', 'state: open or acknowledged');
        }
        const { rows } = await pool.query({
          name: 'alarms',
          text: `select ${alarmColumns} from alarms where $1::text is null or state = $1 order by opened_at desc, id desc limit 1000`,
          values: [state],
        });
        return { status: 200, body: { items: rows } };
      },
    },
    {
      method: 'POST',
      path: '/api/v1/alarms/{id}/acknowledgement',
      access: 'session',
      permission: 'alarms:acknowledge',
      handle: async ({ params, principal }) => {
        // Who acknowledged first stays: doing it again changes nothing.
        const { rows } = await pool.query(
          `update alarms set state = 'acknowledged', acknowledged_at = coalesce(acknowledged_at, now()),
             acknowledged_by = coalesce(acknowledged_by, $2) where id = $1 returning ${alarmColumns}`,
          [identifier(params.id), principal.name],
        );
        if (rows.length === 0) throw new Refusal(404, 'not-found', 'There is no such alarm.');
        log('info', 'alarm acknowledged', { user: principal.name, alarm: params.id });
        return { status: 200, body: rows[0] };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/alarm-rules',
      access: 'session',
      permission: 'alarms:read',
      handle: async () => {
        const { rows } = await pool.query({
          name: 'alarm-rules',
          text: `select code, name, meter_id as "meterId", threshold_kwh::float8 as "thresholdKwh", severity from alarm_rules order by code`,
        });
        return { status: 200, body: { items: rows } };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/users',
      access: 'session',
      permission: 'users:read',
      handle: async () => {
        const { rows } = await pool.query({
          name: 'users',
          text: 'select name, role, must_change as "mustChangePassword" from users order by name',
        });
        return { status: 200, body: { items: rows } };
      },
    },
  ];
}
