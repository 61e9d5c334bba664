import { Refusal } from '../answers.ts';
import { openapi } from '../openapi.ts';
import type { Route } from '../router.ts';
import type { Service } from '../service.ts';

const document = JSON.stringify(openapi);

/** What the platform asks: alive, ready, how it goes, and what the interface is. */
export function operationRoutes({ pool, metrics, draining }: Service): readonly Route[] {
  return [
    { method: 'GET', path: '/healthz', access: 'open', handle: () => ({ status: 200, body: { status: 'alive' } }) },
    {
      method: 'GET',
      path: '/readyz',
      access: 'open',
      handle: async () => {
        if (draining()) throw new Refusal(503, 'draining', 'The service is shutting down.');
        try {
          // The schema is not asked for: it may come after the service.
          await pool.query('select 1');
        } catch {
          throw new Refusal(503, 'database-unavailable', 'The database does not answer.');
        }
        return { status: 200, body: { status: 'ready' } };
      },
    },
    { method: 'GET', path: '/metrics', access: 'open', handle: () => ({ status: 200, text: metrics.text() }) },
    {
      method: 'GET',
      path: '/api/v1/openapi.json',
      access: 'open',
      handle: () => ({ status: 200, text: document, headers: { 'content-type': 'application/json; charset=utf-8' } }),
    },
  ];
}
