import { Refusal } from './answers.ts';

type Body = Readonly<Record<string, unknown>>;

function refuse(field: string, wanted: string): never {
  throw new Refusal(400, 'field-invalid', `${field}: ${wanted}`);
}

/** Refuses fields that the operation does not know: a misspelt one must not pass unseen. */
export function onlyFields(body: Body, names: readonly string[]): void {
  const unknown = Object.keys(body).find((name) => !names.includes(name));
  if (unknown !== undefined) refuse(unknown.slice(0, 64), 'unknown field');
}

export function textField(body: Body, name: string, longest: number, pattern?: RegExp): string {
  const value = body[name];
  if (typeof value !== 'string' || value.length === 0 || value.length > longest)
    refuse(name, `text of 1 to ${longest} characters`);
  if (pattern && !pattern.test(value)) refuse(name, `must match ${pattern.source}`);
  if (value.includes('\0')) refuse(name, 'holds a zero character');
  return value;
}

export function numberField(body: Body, name: string): number {
  const value = body[name];
  if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) refuse(name, 'a number from 0');
  return value;
}

const timePattern = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,6})?)?(Z|[+-]\d{2}:\d{2})$/;

/** A point in time with its offset, as ISO 8601 in UTC. */
export function timeValue(name: string, value: unknown): string {
  const time = typeof value === 'string' && timePattern.test(value) ? new Date(value) : undefined;
  if (!time || Number.isNaN(time.getTime())) refuse(name, 'a time such as 2025-01-31T08:00:00Z');
  return time.toISOString();
}

/** A calendar day that exists. */
export function dayValue(name: string, value: string | null): string {
  const day = value !== null && /^\d{4}-\d{2}-\d{2}$/.test(value) ? new Date(`${value}T00:00:00Z`) : undefined;
  if (!day || Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== value)
    refuse(name, 'a day such as 2025-01-31');
  return value as string;
}

export function limitValue(value: string | null, most: number, otherwise: number): number {
  if (value === null) return otherwise;
  const limit = /^\d{1,6}$/.test(value) ? Number(value) : 0;
  if (limit < 1 || limit > most) refuse('limit', `a whole number from 1 to ${most}`);
  return limit;
}

/** An identifier in the path. One that cannot exist is simply not found. */
export function identifier(value: string | undefined): number {
  const id = value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : 0;
  if (id < 1 || id > 2_147_483_647) throw new Refusal(404, 'not-found', 'There is nothing with this identifier.');
  return id;
}
