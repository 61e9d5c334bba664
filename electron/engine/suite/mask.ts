/** What stands where a secret stood. */
export const masked = '***';

const secretFields = /("(?:[^"\\]*(?:token|password|passwd|secret|apikey|api_key)[^"\\]*)"\s*:\s*)"(?:[^"\\]|\\.)*"/gi;
const secretHeaders = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key']);

/** Masks values of JSON fields that are secrets by their name: tokens that the other side made are in no vault. */
export function maskFields(words: string): string {
  return words.replace(secretFields, `$1"${masked}"`);
}

/** Header lines for evidence, with credentials and cookies masked. */
export function headerLines(headers: Readonly<Record<string, string | readonly string[]>>): readonly string[] {
  return Object.entries(headers).map(([name, value]) => {
    if (secretHeaders.has(name.toLowerCase())) return `${name}: ${masked}`;
    return `${name}: ${Array.isArray(value) ? value.join(', ') : String(value)}`;
  });
}

/** The beginning of a long text, with its length. */
export function shorten(words: string, limit = 2_000): string {
  return words.length <= limit ? words : `${words.slice(0, limit)}\n... (${words.length} characters)`;
}

/** Replaces every hidden value in a text. Short values would mask unrelated words, so they are left. */
export function hideValues(words: string, hidden: Iterable<string>): string {
  let shown = words;
  for (const value of hidden) if (value.length >= 6) shown = shown.replaceAll(value, masked);
  return shown;
}
