/** Shorter values would mask ordinary words. */
const shortest = 6;

/** Secrets inside an entry, such as the token of a kubeconfig: block, flow and JSON style alike. */
const innerSecret = /(?:^|[\s{,])["']?(?:token|password|client-key-data)["']?\s*:\s*["']?([^\s"',}]+)/g;
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----\r?\n([\s\S]+?)-----END/g;

/** Every form in which the secrets of a vault could show up, with the entry's name; longest first. */
export function secretForms(entries: ReadonlyMap<string, string>): readonly (readonly [string, string])[] {
  const forms = new Map<string, string>();
  for (const [name, value] of entries) {
    for (const secret of [value, ...matches(value, innerSecret)]) {
      if (secret.length >= shortest) for (const form of formsOf(secret)) forms.set(form, name);
    }
    // A key that is shown indented, or with other line ends, is still that key.
    for (const body of matches(value, privateKey)) {
      for (const line of body.split(/\s+/)) if (line.length >= 20) forms.set(line, name);
    }
  }
  return [...forms].sort(([a], [b]) => b.length - a.length);
}

function formsOf(secret: string): readonly string[] {
  const encoded = Buffer.from(secret).toString('base64');
  const fragments = [0, 1, 2].map((before) => fragmentOf(secret, before)).filter((form) => form.length >= shortest);
  const inBase64 = [encoded, encoded.replace(/=+$/, ''), ...fragments];
  const inUrl = encodeURIComponent(secret);
  return [
    secret,
    ...inBase64,
    ...inBase64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    inUrl,
    new URLSearchParams({ '': secret }).toString().slice(1),
    JSON.stringify(secret).slice(1, -1),
  ];
}

/** The characters of base64 that a secret alone decides when `before` bytes modulo 3 stand before it, as in `user:secret`. */
function fragmentOf(secret: string, before: number): string {
  const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
  const encoded = bytes.toString('base64');
  const undecided = [0, 3, 2][bytes.length % 3]!;
  return encoded.slice([0, 2, 3][before], encoded.length - undecided);
}

function matches(value: string, pattern: RegExp): readonly string[] {
  return [...value.matchAll(pattern)].map((match) => match[1]!);
}
