/** A piece of HTML that is safe to put into a page as it is. */
export type Markup = { readonly html: string };

/** HTML with every value escaped, unless it is markup itself. Lists are joined. */
export function html(strings: TemplateStringsArray, ...values: readonly unknown[]): Markup {
  return { html: strings.reduce((page, part, at) => page + part + (at < values.length ? render(values[at]) : ''), '') };
}

function render(value: unknown): string {
  if (value === undefined || value === null || value === false) return '';
  if (Array.isArray(value)) return value.map(render).join('');
  if (typeof value === 'object' && 'html' in value) return (value as Markup).html;
  return escape(String(value));
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escape(words: string): string {
  return words.replace(/[&<>"']/g, (character) => entities[character]!);
}
