/** What a placeholder stands for: a value, or `deferred` to keep it as a reference until the object is applied. */
export type Filling = { readonly value: string | number | boolean } | 'deferred' | undefined;

/** `$${` is a literal `${`; everything else between `${` and `}` is a placeholder's name. */
const pattern = /\$\$\{|\$\{([^}]*)\}/g;
const whole = /^\$\{([^}]*)\}$/;

/**
 * Fills the placeholders in every string of a parsed document; keys are left alone, so no value can change the structure.
 * A string that is exactly one placeholder takes the value's own type. A `${` inside a value is escaped, so that a value
 * can never become a reference to a secret. `resolve` is told the path of field names and throws for what it does not know.
 */
export function fillPlaceholders(
  document: unknown,
  resolve: (name: string, path: readonly string[]) => Filling,
  path: readonly string[] = [],
): unknown {
  if (typeof document === 'string') return fillString(document, (name) => resolve(name, path));
  if (Array.isArray(document))
    return document.map((item, index) => fillPlaceholders(item, resolve, [...path, String(index)]));
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, fillPlaceholders(value, resolve, [...path, key])]),
  );
}

function fillString(words: string, resolve: (name: string) => Filling): string | number | boolean {
  const single = whole.exec(words);
  if (single !== null) {
    const filling = resolve(single[1] ?? '');
    if (typeof filling === 'object' && typeof filling.value !== 'string') return filling.value;
  }
  return words.replace(pattern, (found: string, name: string | undefined) => {
    if (name === undefined) return found;
    const filling = resolve(name);
    return typeof filling === 'object' ? String(filling.value).replaceAll('${', () => '$${') : found;
  });
}

/** Fills what was deferred and takes the escapes away: the last pass, in memory, just before an object is sent. */
export function fillDeferred(
  document: unknown,
  resolve: (name: string, path: readonly string[]) => string,
  path: readonly string[] = [],
): unknown {
  if (typeof document === 'string') {
    return document.replace(pattern, (_found: string, name: string | undefined) =>
      name === undefined ? '${' : resolve(name, path),
    );
  }
  if (Array.isArray(document))
    return document.map((item, index) => fillDeferred(item, resolve, [...path, String(index)]));
  if (typeof document !== 'object' || document === null) return document;
  return Object.fromEntries(
    Object.entries(document).map(([key, value]) => [key, fillDeferred(value, resolve, [...path, key])]),
  );
}
