/** A piece of HTML that is safe to put into a page as it is. */
export type Markup = { readonly html: string };

/** HTML with every value escaped, unless it is markup itself. Lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  return {
    html: strings.reduce((page, part, at) => page + part + (at < values.length ? render(values[at]) : ''), ''),
  };
}

/** Markup between pieces, e.g. a line break. */
export function joined(pieces: readonly unknown[], between: Markup): Markup {
  return { html: pieces.map(render).join(between.html) };
}

function render(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value === 'object' && 'html' in value) return (value as Markup).html;
  return escaped(String(value));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Characters that turn the direction of the text around them, or that a page must not hold: a name could lie with them. */
const unseen = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]/gu;

/** Words as HTML text or attribute value. */
export function escaped(words: string): string {
  return words.replace(unseen, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Words as a CSS string, safe within a style element. */
export function cssString(words: string): string {
  const safe = /[\p{L}\p{N} ._,:;/()·-]/u;
  const pieces = [...words.replace(unseen, '\ufffd')].map((character) =>
    safe.test(character) ? character : `\\${character.codePointAt(0)?.toString(16)} `,
  );
  return `"${pieces.join('')}"`;
}
