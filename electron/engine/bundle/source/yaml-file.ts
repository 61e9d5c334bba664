import { type Document, isMap, isScalar, LineCounter, type ParsedNode, parseDocument } from 'yaml';
import { z } from 'zod';
import type { LocalText } from '../../../contract/text.ts';
import { invalid, placeAt, placeOf } from './place.ts';

/** A parsed YAML file that can tell where each of its values stands. */
export type YamlFile<T> = { readonly value: T; readonly place: (path: readonly PropertyKey[]) => string };

const locales = { 'zh-CN': z.locales.zhCN().localeError, 'en-US': z.locales.en().localeError };

/** Parses a file of one YAML document strictly. Error: release-invalid with line and column. */
export function parseYamlFile<T>(file: string, content: string, schema: z.ZodType<T>): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines, uniqueKeys: true, strict: true });
  const problem = document.errors[0] ?? document.warnings[0];
  if (problem) throw invalid(placeAt(file, lines, problem.pos[0]), problem.message.split('\n')[0] ?? problem.code);
  const value: unknown = document.toJS();
  const parsed = schema.safeParse(value);
  const place = (path: readonly PropertyKey[]): string => placeOf(file, document, lines, path);
  if (parsed.success) return { value: parsed.data, place };
  const issue = parsed.error.issues[0]!;
  const unknownKey = issue.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const at = unknownKey === undefined ? place(issue.path) : placeOfKey(file, document, lines, issue.path, unknownKey);
  const field = issue.path.length === 0 ? '' : `${issue.path.join('.')}: `;
  const say = (locale: keyof typeof locales) =>
    `${field}${schema.safeParse(value, { error: locales[locale] }).error?.issues[0]?.message ?? issue.message}`;
  throw invalid(at, { 'zh-CN': say('zh-CN'), 'en-US': say('en-US') } satisfies LocalText);
}

/** Where a key itself stands: the schema says only in which map it is not known. */
function placeOfKey(
  file: string,
  document: Document<ParsedNode>,
  lines: LineCounter,
  path: readonly PropertyKey[],
  key: string,
): string {
  const map = path.length === 0 ? document.contents : document.getIn(path, true);
  const pair = isMap(map) ? map.items.find((item) => isScalar(item.key) && item.key.value === key) : undefined;
  return isScalar(pair?.key) ? placeAt(file, lines, pair.key.range?.[0]) : placeOf(file, document, lines, path);
}
