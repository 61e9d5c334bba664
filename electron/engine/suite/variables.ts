import type { Json } from '../plan/step.ts';

/** Names that steps may use besides captures: the first word decides who answers. */
export const variableRoots = ['service', 'secret', 'run', 'site', 'database', 'release', 'each'] as const;

const place = /\$\{([^}]+)\}/g;

/** A `${name}` that has no value: nothing can be found out. In cleanups: there is nothing to clean. */
export class MissingVariable extends Error {
  readonly variable: string;
  constructor(variable: string) {
    super(`no value for \${${variable}}`);
    this.name = 'MissingVariable';
    this.variable = variable;
  }
}

/** Knows the value of a name; undefined when there is none. */
export type Lookup = (name: string) => Json | undefined;

/**
 * Fills every `${name}` in a tree of JSON values; keys stay as they are.
 * A text that is exactly one place takes the value with its type. Errors: MissingVariable.
 */
export function fill<T>(value: T, lookup: Lookup): T {
  if (typeof value === 'string') return fillText(value, lookup) as T;
  if (Array.isArray(value)) return value.map((one) => fill(one, lookup)) as T;
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, lookup)])) as T;
  }
  return value;
}

function fillText(words: string, lookup: Lookup): Json {
  const whole = /^\$\{([^}]+)\}$/.exec(words);
  if (whole !== null) return known(whole[1]!, lookup);
  return words.replace(place, (_, name: string) => {
    const value = known(name, lookup);
    return typeof value === 'object' ? JSON.stringify(value) : String(value);
  });
}

function known(name: string, lookup: Lookup): Json {
  const value = lookup(name);
  if (value === undefined) throw new MissingVariable(name);
  return value;
}

/** Names used in a tree of JSON values, each with the path of the text that uses it. */
export function variablesIn(
  value: unknown,
  path: readonly PropertyKey[] = [],
): readonly { name: string; path: readonly PropertyKey[] }[] {
  if (typeof value === 'string') return [...value.matchAll(place)].map((match) => ({ name: match[1]!, path }));
  if (value === null || typeof value !== 'object') return [];
  return Object.entries(value).flatMap(([key, one]) =>
    variablesIn(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
}
