import { useCallback } from 'react';
import { type Locale, say, type Text, type TextParams } from '../../electron/contract/text.ts';
import { useStore } from '../state/store.ts';
import { enUS, type UiKey } from './en-US/index.ts';
import { zhCN } from './zh-CN/index.ts';

export type { UiKey };

const tables: Record<Locale, Readonly<Record<UiKey, string>>> = { 'zh-CN': zhCN, 'en-US': enUS };

/** Words of the wizard itself, by key; places `{name}` are filled as in the engine's texts. */
export function ui(locale: Locale, key: UiKey, params: TextParams = {}): string {
  return tables[locale][key].replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = params[name];
    if (value === undefined) return place;
    return typeof value === 'object' ? say(locale, value) : String(value);
  });
}

/** `t` says a key of the wizard, `w` says a text of the engine, both in the language of the moment. */
export function useWords(): {
  readonly locale: Locale;
  readonly t: (key: UiKey, params?: TextParams) => string;
  readonly w: (words: Text) => string;
} {
  const locale = useStore((state) => state.locale);
  const t = useCallback((key: UiKey, params?: TextParams) => ui(locale, key, params), [locale]);
  const w = useCallback((words: Text) => say(locale, words), [locale]);
  return { locale, t, w };
}
