import { useMemo } from 'react';
import type { Locale } from '../../../electron/contract/text.ts';
import { say } from '../../../electron/contract/text.ts';
import type { LogLine } from '../../state/log.ts';

export const levels = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof levels)[number];

/** What of the log is wanted. Empty words and an undefined host want everything. */
export type LogFilter = { readonly words: string; readonly host: string | undefined; readonly level: Level };

type Matches = { readonly lines: LogLine[]; readonly hosts: Set<string>; seen: number };

/**
 * The wanted lines, and every host that has spoken. Only what is new since the last look is judged, so that a flood costs
 * each line once; another filter starts over.
 */
export function useMatches(
  log: { readonly lines: readonly LogLine[]; readonly version: number; readonly dropped: number },
  filter: LogFilter,
  locale: Locale,
): { readonly lines: readonly LogLine[]; readonly hosts: readonly string[] } {
  const { words, host, level } = filter;
  const all = words === '' && host === undefined && level === 'debug';
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter starts over
  const current = useMemo((): Matches => ({ lines: [], hosts: new Set(), seen: 0 }), [words, host, level, locale]);
  const end = log.dropped + log.lines.length;
  if (end < current.seen) {
    // The log was cleared.
    current.lines.length = 0;
    current.hosts.clear();
    current.seen = 0;
  }
  const least = levels.indexOf(level);
  for (let at = Math.max(0, current.seen - log.dropped); at < log.lines.length; at += 1) {
    const line = log.lines[at]!;
    if (line.target !== '') current.hosts.add(line.target);
    if (all) continue;
    if (levels.indexOf(line.level) < least || (host !== undefined && line.target !== host)) continue;
    if (words !== '' && !line.target.toLowerCase().includes(words) && !said(line, locale).includes(words)) continue;
    current.lines.push(line);
  }
  current.seen = end;
  return { lines: all ? log.lines : current.lines, hosts: [...current.hosts].sort() };
}

const spoken = new WeakMap<LogLine, { readonly locale: Locale; readonly words: string }>();

/** A line in lower case, kept for the next search. */
function said(line: LogLine, locale: Locale): string {
  const known = spoken.get(line);
  if (known?.locale === locale) return known.words;
  const words = say(locale, line.words).toLowerCase();
  spoken.set(line, { locale, words });
  return words;
}
