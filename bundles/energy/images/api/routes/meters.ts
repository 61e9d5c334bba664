import { Refusal } from '../answers.ts';
import { identifier, onlyFields, textField } from '../fields.ts';
import type { Route } from '../router.ts';
import type { Service } from '../service.ts';

const meterColumns = `id, code, name, site_code as "siteCode", unit`;
const codePattern = /^[A-Z0-9-]{1,32}$/;
const notFound = () => new Refusal(404, 'not-found', 'There is no such meter.');

/** Sites and meters. */
export function meterRoutes({ pool, log }: Service): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/api/v1/sites',
      access: 'session',
      permission: 'meters:read',
      handle: async () => {
        const { rows } = await pool.query({
          name: 'sites',
          text: 'select code, name, timezone from sites order by code',
        });
        return { status: 200, body: { items: rows } };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/meters',
      access: 'session',
      permission: 'meters:read',
      handle: async () => {
        const { rows } = await pool.query({ name: 'meters', text: `select ${meterColumns} from meters order by id` });
        return { status: 200, body: { items: rows } };
      },
    },
    {
      method: 'POST',
      path: '/api/v1/meters',
      access: 'session',
      permission: 'meters:write',
      handle: async (call) => {
        const body = await call.body();
        onlyFields(body, ['code', 'name', 'siteCode', 'unit']);
        const values = [
          textField(body, 'code', 32, codePattern),
          textField(body, 'name', 100),
          textField(body, 'siteCode', 32, codePattern),
          textField(body, 'unit', 3, /^[kM]Wh$/),
        ];
        const { rows } = await pool
          .query<{ id: number }>(
            `insert into meters (code, name, site_code, unit) values ($1, $2, $3, $4) returning ${meterColumns}`,
            values,
          )
          .catch((error: { code?: string }) => {
            if (error.code === '23505')
              throw new Refusal(409, 'meter-exists', 'A meter with this code exists already.');
            if (error.code === '23503') throw new Refusal(422, 'site-unknown', 'There is no site with this code.');
            throw error;
          });
        const meter = rows[0]!;
        log('info', 'meter added', { user: call.principal.name, meter: meter.id });
        return { status: 201, body: meter, headers: { location: `/api/v1/meters/${meter.id}` } };
      },
    },
    {
      method: 'GET',
      path: '/api/v1/meters/{id}',
      access: 'session',
      permission: 'meters:read',
      handle: async ({ params }) => {
        const { rows } = await pool.query({
          name: 'meter',
          text: `select ${meterColumns} from meters where id = $1`,
          values: [identifier(params.id)],
        });
        if (rows.length === 0) throw notFound();
        return { status: 200, body: rows[0] };
      },
    },
    {
      method: 'DELETE',
      path: '/api/v1/meters/{id}',
      access: 'session',
      permission: 'meters:write',
      handle: async ({ params, principal }) => {
        const id = identifier(params.id);
        const { rowCount } = await pool.query('delete from meters where id = $1', [id]);
        if (rowCount === 0) throw notFound();
        log('info', 'meter removed', { user: principal.name, meter: id });
        return { status: 204 };
      },
    },
  ];
}
