import { createHash } from 'node:crypto';
import { compile, type JSONValue } from 'json-p3';
import { type LocalText, say, type Text, text, verbatim } from '../../contract/text.ts';
import type { Json } from '../plan/step.ts';
import type { Comparisons, JsonAssertion, Matcher } from './matcher.ts';
import { spanMs } from './step-schema.ts';

/** One assertion as it was judged: what was demanded and what was measured, in words. */
export type Check = { readonly met: boolean; readonly expected: Text; readonly actual: Text };

/** Judges one value. `what` names it for people: status, header x, $.kwh. */
export function judge(what: Text, value: Json | undefined, matcher: Matcher): Check {
  const wanted: Comparisons = matcher !== null && typeof matcher === 'object' ? matcher : { equals: matcher };
  // Where only presence counts, the value itself may be a page long.
  const shown =
    Object.keys(wanted).every((key) => key === 'exists') && value !== undefined
      ? text('verification.present')
      : sayValue(value);
  return {
    met: holds(value, wanted),
    expected: text('verification.check', { what, value: sayComparisons(wanted) }),
    actual: text('verification.check', { what, value: shown }),
  };
}

/** Judges the values that a JSON path (RFC 9535) selects: each must hold, and there must be one unless the assertion says otherwise. */
export function judgeJson(document: Json | undefined, assertion: JsonAssertion): readonly Check[] {
  const { path, count, ...comparisons } = assertion;
  const values = select(document, path);
  const what = verbatim(path);
  const checks: Check[] = [];
  if (count !== undefined)
    checks.push(judge(text('verification.what.count', { what }), values.length, asMatcher(count)));
  if (Object.keys(comparisons).length === 0) return checks;
  if (values.length <= 1) return [...checks, judge(what, values[0], comparisons)];
  const wrong = values.find((value) => !holds(value, comparisons));
  const shown = wrong === undefined ? text('verification.all-of', { count: values.length }) : sayValue(wrong);
  return [
    ...checks,
    {
      met: wrong === undefined,
      expected: text('verification.check', { what, value: sayComparisons(comparisons) }),
      actual: text('verification.check', { what, value: shown }),
    },
  ];
}

const asMatcher = (count: number | string | Comparisons): Matcher => count;

/** Values that a JSON path selects, in document order. A document that is no JSON selects nothing. */
export function select(document: Json | undefined, path: string): readonly Json[] {
  if (document === undefined) return [];
  return compile(path)
    .query(document as JSONValue)
    .values() as readonly Json[];
}

/** What a duration assertion demands, as filled: a bound, or likeness to another duration. */
export type DurationDemand =
  | { readonly maximum: string; readonly minimum?: string | undefined }
  | { readonly similarTo: number | string; readonly factor: number; readonly slack: string };

export function judgeDuration(durationMs: number, demand: DurationDemand): Check {
  const what = text('verification.what.duration');
  const value = text('verification.check', { what, value: text('verification.ms', { ms: round(durationMs) }) });
  if ('similarTo' in demand) {
    const other = Number(demand.similarTo);
    const [short, long] = durationMs < other ? [durationMs, other] : [other, durationMs];
    return {
      met: long - short <= spanMs(demand.slack) || long <= short * demand.factor,
      expected: text('verification.similar', {
        what,
        ms: round(other),
        factor: demand.factor,
        slack: spanMs(demand.slack),
      }),
      actual: value,
    };
  }
  const least = demand.minimum === undefined ? 0 : spanMs(demand.minimum);
  const most = spanMs(demand.maximum);
  const bound = least > 0 ? verbatim(`${least}–${most} ms`) : verbatim(`≤ ${most} ms`);
  return {
    met: durationMs >= least && durationMs <= most,
    expected: text('verification.check', { what, value: bound }),
    actual: value,
  };
}

/** SHA-256 in lower-case hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function holds(value: Json | undefined, wanted: Comparisons): boolean {
  if (wanted.exists !== undefined && wanted.exists !== (value !== undefined)) return false;
  const others = Object.keys(wanted).some((key) => key !== 'exists');
  if (value === undefined) return !others;
  const figure = typeof value === 'number' || typeof value === 'string' ? Number(value) : Number.NaN;
  return (
    (wanted.equals === undefined || value === wanted.equals) &&
    (wanted.notEquals === undefined || value !== wanted.notEquals) &&
    (wanted.oneOf === undefined || wanted.oneOf.some((one) => one === value)) &&
    (wanted.contains === undefined || includes(value, wanted.contains)) &&
    (wanted.absent === undefined || !includes(value, wanted.absent)) &&
    (wanted.matches === undefined || new RegExp(wanted.matches).test(String(value))) &&
    (wanted.minimum === undefined || figure >= Number(wanted.minimum)) &&
    (wanted.maximum === undefined || figure <= Number(wanted.maximum)) &&
    (wanted.near === undefined || Math.abs(figure - Number(wanted.near.value)) <= wanted.near.within)
  );
}

function includes(value: Json, part: Json): boolean {
  return Array.isArray(value)
    ? value.includes(part)
    : String(typeof value === 'object' ? JSON.stringify(value) : value).includes(String(part));
}

function sayComparisons(wanted: Comparisons): LocalText {
  const words: Text[] = [];
  const add = (key: string | undefined, value: unknown, say: (shown: string) => Text) => {
    if (value !== undefined && key !== undefined) words.push(say(show(value as Json)));
  };
  add('equals', wanted.equals, (shown) => verbatim(`= ${shown}`));
  add('notEquals', wanted.notEquals, (shown) => verbatim(`≠ ${shown}`));
  add('oneOf', wanted.oneOf, (shown) => text('verification.compare.one-of', { value: shown }));
  add('contains', wanted.contains, (shown) => text('verification.compare.contains', { value: shown }));
  add('absent', wanted.absent, (shown) => text('verification.compare.absent', { value: shown }));
  add('matches', wanted.matches, (shown) => text('verification.compare.matches', { value: shown }));
  add('minimum', wanted.minimum, (shown) => verbatim(`≥ ${shown}`));
  add('maximum', wanted.maximum, (shown) => verbatim(`≤ ${shown}`));
  add('near', wanted.near?.value, (shown) => verbatim(`${shown} ± ${wanted.near?.within ?? 0}`));
  if (wanted.exists !== undefined) words.push(text(wanted.exists ? 'verification.present' : 'verification.none'));
  return joinTexts(words, ', ');
}

/** A measured value in words: at most 160 characters of it. */
export function sayValue(value: Json | undefined): Text {
  return value === undefined ? text('verification.none') : verbatim(show(value));
}

function show(value: Json): string {
  const words = (typeof value === 'string' ? value : JSON.stringify(value)).replace(/\s+/g, ' ');
  return words.length > 160 ? `${words.slice(0, 157)}...` : words;
}

/** Several texts as one, in both languages. */
export function joinTexts(parts: readonly Text[], separator: string): LocalText {
  const join = (locale: 'zh-CN' | 'en-US') => parts.map((part) => say(locale, part)).join(separator);
  return { 'zh-CN': join('zh-CN'), 'en-US': join('en-US') };
}

/** Milliseconds with one digit behind the point below ten, whole above. */
export function round(ms: number): number {
  return ms < 10 ? Math.round(ms * 10) / 10 : Math.round(ms);
}
