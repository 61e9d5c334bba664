import type { Text } from '../../../../electron/contract/text.ts';

/** The numbers in a keyed text's places, when it is that text: figures that the engine said in words. */
export function numbersOf(words: Text, key: string): Readonly<Record<string, number | undefined>> | undefined {
  if (!('key' in words) || words.key !== key) return undefined;
  const numbers: Record<string, number> = {};
  for (const [name, value] of Object.entries(words.params ?? {})) {
    const number = typeof value === 'object' ? Number.NaN : Number(value);
    if (Number.isFinite(number)) numbers[name] = number;
  }
  return numbers;
}

/** A place of a keyed text as it stands; undefined when it is another text or the place is itself a text. */
export function placeOf(words: Text, key: string, name: string): string | undefined {
  if (!('key' in words) || words.key !== key) return undefined;
  const value = words.params?.[name];
  return value === undefined || typeof value === 'object' ? undefined : String(value);
}
