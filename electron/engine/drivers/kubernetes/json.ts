/** A JSON object whose fields are not known. */
export type JsonRecord = Readonly<Record<string, unknown>>;

/** Whether a value is a JSON object (neither an array nor null). */
export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value under a path of field names, undefined as soon as one is missing. */
export function at(value: unknown, ...path: readonly string[]): unknown {
  let here = value;
  for (const field of path) {
    if (!isRecord(here)) return undefined;
    here = here[field];
  }
  return here;
}

/** The JSON objects of a list; empty when there is no list. */
export function recordsAt(value: unknown, ...path: readonly string[]): readonly JsonRecord[] {
  const list = at(value, ...path);
  return Array.isArray(list) ? list.filter(isRecord) : [];
}

/** A string under a path, empty when there is none. */
export function wordsAt(value: unknown, ...path: readonly string[]): string {
  const found = at(value, ...path);
  return typeof found === 'string' ? found : '';
}

/** A number under a path, `otherwise` when there is none. */
export function numberAt(otherwise: number, value: unknown, ...path: readonly string[]): number {
  const found = at(value, ...path);
  return typeof found === 'number' ? found : otherwise;
}
