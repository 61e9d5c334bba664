import { answerSchemas, requestSchemas } from './schemas.ts';

type Schema = Readonly<Record<string, unknown>>;
type Operation = Readonly<Record<string, unknown>>;

const reference = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
const json = (schema: Schema) => ({ 'application/json': { schema } });
const list = (name: string): Schema => ({
  type: 'object',
  additionalProperties: false,
  required: ['items'],
  properties: { items: { type: 'array', items: reference(name) } },
});
const path = (name: string, schema: Schema) => ({ name, in: 'path', required: true, schema });
const query = (name: string, schema: Schema, required = false) => ({ name, in: 'query', required, schema });
const id = path('id', { type: 'integer', minimum: 1 });

const meanings: Readonly<Record<number, string>> = {
  400: 'The request is not well-formed.',
  401: 'No valid session.',
  403: 'The role lacks the permission, or the password must be changed first.',
  404: 'Not found.',
  409: 'Conflicts with what is stored.',
  422: 'The value is not plausible or not allowed.',
  429: 'Too many failed sign-ins; see Retry-After.',
  503: 'The database or its schema is not there yet.',
};

/** One operation: its success answer, the errors it can answer, and the permission that it takes. */
function operation(
  summary: string,
  success: { readonly status: number; readonly schema?: Schema },
  options: {
    readonly errors?: readonly number[];
    readonly parameters?: readonly unknown[];
    readonly body?: string;
    readonly permission?: string;
    readonly open?: boolean;
  } = {},
): Operation {
  const errors = [...(options.errors ?? []), ...(options.open ? [503] : [401, 403, 503])].sort();
  const responses: Record<string, unknown> = {
    [success.status]: { description: 'Done.', ...(success.schema && { content: json(success.schema) }) },
  };
  for (const status of errors) responses[status] = { description: meanings[status], content: json(reference('Error')) };
  return {
    summary,
    ...(options.permission && { 'x-permission': options.permission }),
    ...(options.open ? { security: [] } : {}),
    ...(options.parameters && { parameters: options.parameters }),
    ...(options.body && { requestBody: { required: true, content: json(reference(options.body)) } }),
    responses,
  };
}

/** The interface of the service as an OpenAPI 3.1 document, served at /api/v1/openapi.json. */
export const openapi = {
  openapi: '3.1.0',
  info: { title: 'Energy management API', version: '4.2.0' },
  servers: [{ url: '/' }],
  security: [{ session: [] }],
  paths: {
    '/api/v1/sessions': {
      post: operation(
        'Sign in',
        { status: 201, schema: reference('Session') },
        { open: true, body: 'SignIn', errors: [400, 401, 429] },
      ),
      delete: operation('Sign out', { status: 204 }),
    },
    '/api/v1/password': {
      put: operation('Change the own password', { status: 204 }, { body: 'PasswordChange', errors: [400, 422, 429] }),
    },
    '/api/v1/sites': {
      get: operation('List sites', { status: 200, schema: list('Site') }, { permission: 'meters:read' }),
    },
    '/api/v1/meters': {
      get: operation('List meters', { status: 200, schema: list('Meter') }, { permission: 'meters:read' }),
      post: operation(
        'Add a meter',
        { status: 201, schema: reference('Meter') },
        { permission: 'meters:write', body: 'NewMeter', errors: [400, 409, 422] },
      ),
    },
    '/api/v1/meters/{id}': {
      get: operation(
        'One meter',
        { status: 200, schema: reference('Meter') },
        { permission: 'meters:read', parameters: [id], errors: [404] },
      ),
      delete: operation(
        'Remove a meter with its readings and alarms',
        { status: 204 },
        { permission: 'meters:write', parameters: [id], errors: [404] },
      ),
    },
    '/api/v1/meters/{id}/readings': {
      get: operation(
        'Readings of a meter, oldest first',
        { status: 200, schema: list('Reading') },
        {
          permission: 'readings:read',
          parameters: [
            id,
            query('from', { type: 'string', format: 'date-time' }),
            query('to', { type: 'string', format: 'date-time' }),
            query('limit', { type: 'integer', minimum: 1, maximum: 10000, default: 1000 }),
          ],
          errors: [400, 404],
        },
      ),
      post: operation(
        'Add a reading; opens an alarm when it is over the rule of the meter',
        { status: 201, schema: reference('StoredReading') },
        { permission: 'readings:write', parameters: [id], body: 'Reading', errors: [400, 404, 409, 422] },
      ),
    },
    '/api/v1/meters/{id}/summary': {
      get: operation(
        'Consumption of a meter on a day (UTC)',
        { status: 200, schema: reference('Summary') },
        {
          permission: 'readings:read',
          parameters: [id, query('day', { type: 'string', format: 'date' }, true)],
          errors: [400, 404],
        },
      ),
    },
    '/api/v1/alarms': {
      get: operation(
        'Alarms, newest first',
        { status: 200, schema: list('Alarm') },
        { permission: 'alarms:read', parameters: [query('state', { enum: ['open', 'acknowledged'] })], errors: [400] },
      ),
    },
    '/api/v1/alarms/{id}/acknowledgement': {
      post: operation(
        'Acknowledge an alarm',
        { status: 200, schema: reference('Alarm') },
        { permission: 'alarms:acknowledge', parameters: [id], errors: [404] },
      ),
    },
    '/api/v1/alarm-rules': {
      get: operation('Alarm rules', { status: 200, schema: list('AlarmRule') }, { permission: 'alarms:read' }),
    },
    '/api/v1/users': { get: operation('Users', { status: 200, schema: list('User') }, { permission: 'users:read' }) },
    '/api/v1/openapi.json': {
      get: operation('This document', { status: 200, schema: { type: 'object' } }, { open: true }),
    },
  },
  components: {
    securitySchemes: { session: { type: 'http', scheme: 'bearer' } },
    schemas: { ...requestSchemas, ...answerSchemas },
  },
} as const;
