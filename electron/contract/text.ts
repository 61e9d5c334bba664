import { enUS, type TextKey } from './texts/en-US/index.ts';
import { zhCN } from './texts/zh-CN/index.ts';

export type { TextKey };

/** The two languages of the product. Chinese is the default. */
export const locales = ['zh-CN', 'en-US'] as const;
export type Locale = (typeof locales)[number];

/** Words given in both languages at their source, as in a release bundle. */
export type LocalText = { readonly 'zh-CN': string; readonly 'en-US': string };

/** A sentence of the product: a key of the locale files and the values that fill its `{name}` places. */
export type KeyedText = { readonly key: TextKey; readonly params?: TextParams };

/** Anything that can be said to a person, in either language. JSON-serialisable. */
export type Text = KeyedText | LocalText;
export type TextParams = Readonly<Record<string, string | number | Text>>;

const tables: Record<Locale, Readonly<Record<TextKey, string>>> = { 'zh-CN': zhCN, 'en-US': enUS };

/** Makes a keyed text; `text('run.stage', { done: 3, total: 10 })`. */
export function text(key: TextKey, params?: TextParams): KeyedText {
  return params === undefined ? { key } : { key, params };
}

/** The same words in both languages: for names, paths, versions and figures that need no translation. */
export function verbatim(words: string | number): LocalText {
  return { 'zh-CN': String(words), 'en-US': String(words) };
}

/** Renders a text in a language. A place without a value keeps its braces, so that the mistake is seen. */
export function say(locale: Locale, words: Text): string {
  if (!('key' in words)) return words[locale];
  const template = tables[locale][words.key] ?? words.key;
  return template.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = words.params?.[name];
    if (value === undefined) return place;
    return typeof value === 'object' ? say(locale, value) : String(value);
  });
}

export function isLocale(value: unknown): value is Locale {
  return locales.includes(value as Locale);
}
