type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

const object = (properties: Properties) => ({
  type: 'object',
  additionalProperties: false,
  required: Object.keys(properties),
  properties,
});

const text = { type: 'string' };
const integer = { type: 'integer' };
const time = { type: 'string', format: 'date-time' };
const kwh = { type: 'number', minimum: 0 };
const code = { type: 'string', pattern: '^[A-Z0-9-]{1,32}$' };
const role = { enum: ['admin', 'engineer', 'viewer'] };
const severity = { enum: ['warning', 'critical'] };

/** Bodies that the service takes. */
export const requestSchemas = {
  SignIn: object({
    name: { type: 'string', minLength: 1, maxLength: 64 },
    password: { type: 'string', minLength: 1, maxLength: 256 },
  }),
  PasswordChange: object({
    current: { type: 'string', minLength: 1, maxLength: 256 },
    next: { type: 'string', minLength: 12, maxLength: 256 },
  }),
  NewMeter: object({
    code,
    name: { type: 'string', minLength: 1, maxLength: 100 },
    siteCode: code,
    unit: { enum: ['kWh', 'MWh'] },
  }),
  Reading: object({ time, kwh }),
};

/** Bodies that the service answers. */
export const answerSchemas = {
  Error: object({ error: object({ code: text, message: text }) }),
  Session: object({ token: text, expiresAt: time, role, mustChangePassword: { type: 'boolean' } }),
  Site: object({ code, name: text, timezone: text }),
  Meter: object({ id: integer, code, name: text, siteCode: code, unit: { enum: ['kWh', 'MWh'] } }),
  StoredReading: object({ meterId: integer, time, kwh, alarmId: { type: ['integer', 'null'] } }),
  Summary: object({ day: { type: 'string', format: 'date' }, kwh, count: { type: 'integer', minimum: 0 } }),
  Alarm: object({
    id: integer,
    ruleCode: text,
    meterId: integer,
    time,
    kwh,
    thresholdKwh: kwh,
    severity,
    state: { enum: ['open', 'acknowledged'] },
    openedAt: time,
    acknowledgedAt: { type: ['string', 'null'], format: 'date-time' },
    acknowledgedBy: { type: ['string', 'null'] },
  }),
  AlarmRule: object({ code: text, name: text, meterId: { type: ['integer', 'null'] }, thresholdKwh: kwh, severity }),
  User: object({ name: text, role, mustChangePassword: { type: 'boolean' } }),
};
