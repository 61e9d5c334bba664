import { enUS } from '../../contract/texts/en-US/index.ts';

/** SHA-256 in hexadecimal and UUIDs are names of things; a short secret that happens to stand in one is no secret there. */
const identifier = /^(?:(?:sha256:)?[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * The same value with every known secret masked in its words. Fields, numbers, the keys of texts and identifiers stay, so
 * that the value keeps its shape whatever the secrets are.
 */
export function maskValue<T>(value: T, mask: (words: string) => string): T {
  const visit = (inner: unknown): unknown => {
    if (typeof inner === 'string') return identifier.test(inner) ? inner : mask(inner);
    if (Array.isArray(inner)) return inner.map(visit);
    if (inner === null || typeof inner !== 'object') return inner;
    return Object.fromEntries(
      Object.entries(inner).map(([name, part]) => [name, name === 'key' && isTextKey(part) ? part : visit(part)]),
    );
  };
  return visit(value) as T;
}

function isTextKey(value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(enUS, value);
}
