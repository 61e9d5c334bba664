/** Fewest characters of a passphrase. */
export const shortest = 12;

/** How well a passphrase resists guessing, as far as its shape tells. A hint, not a proof. */
export type Strength = 'short' | 'weak' | 'fair' | 'good';

export function strengthOf(passphrase: string): Strength {
  const { length } = [...passphrase];
  if (length < shortest) return 'short';
  const distinct = new Set(passphrase.toLowerCase()).size;
  const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^A-Za-z\d]/].filter((kind) => kind.test(passphrase)).length;
  if (distinct < 6 || /^\d+$/.test(passphrase) || isRun(passphrase)) return 'weak';
  return (length >= 20 && distinct >= 10) || (length >= 16 && kinds >= 3) ? 'good' : 'fair';
}

/** Mostly neighbours on the keyboard's row of letters or digits, as in abcdefgh or 12345678. */
function isRun(words: string): boolean {
  const codes = [...words].map((character) => character.codePointAt(0)!);
  const steps = codes.slice(1).filter((code, at) => Math.abs(code - codes[at]!) <= 1).length;
  return steps > words.length * 0.6;
}
