import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import {
  type ErrorCode,
  errorCatalogue,
  errorFromView,
  errorView,
  exitCodeOf,
  SitewrightError,
  sayError,
} from '../../../electron/contract/errors.ts';
import { locales, say, text, verbatim } from '../../../electron/contract/text.ts';
import { enUS, type TextKey } from '../../../electron/contract/texts/en-US/index.ts';
import { zhCN } from '../../../electron/contract/texts/zh-CN/index.ts';

const keys = Object.keys(enUS) as TextKey[];
const codes = Object.keys(errorCatalogue) as ErrorCode[];
const places = (words: string) => [...new Set([...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort();

test('both languages have the same keys, and each key stands in one file only', () => {
  assert.deepEqual(Object.keys(zhCN).sort(), [...keys].sort());
  for (const locale of locales) {
    const folder = fileURLToPath(new URL(`../../../electron/contract/texts/${locale}`, import.meta.url));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'));
    const seen = new Map<string, string>();
    for (const file of files) {
      for (const match of readFileSync(join(folder, file), 'utf8').matchAll(/^ {2,}'([a-z][\w.-]+)':/gm)) {
        assert.equal(seen.get(match[1]!), undefined, `${match[1]} stands in ${seen.get(match[1]!)} and ${file}`);
        seen.set(match[1]!, file);
      }
    }
  }
});

test('both languages have the same places to fill', () => {
  for (const key of keys) assert.deepEqual(places(zhCN[key]), places(enUS[key]), key);
});

test('no text is empty, none speaks of its makers, none is left in the other language', () => {
  for (const key of keys) {
    assert.notEqual(enUS[key].trim(), '', key);
    assert.notEqual(zhCN[key].trim(), '', key);
    assert.doesNotMatch(enUS[key], /\b(we|our|us)\b/i, key);
    assert.doesNotMatch(zhCN[key], /我们|咱们/, key);
    assert.doesNotMatch(enUS[key], /[\u4e00-\u9fff]/, key);
    assert.doesNotMatch(`${enUS[key]}${zhCN[key]}`, /TODO|FIXME|lorem/i, key);
  }
});

test('every error has a message, a cause and a next step in both languages, and no other texts', () => {
  const wanted = codes.flatMap((code) => ['message', 'cause', 'next'].map((part) => `error.${code}.${part}`));
  assert.deepEqual(keys.filter((key) => key.startsWith('error.')).sort(), wanted.sort());
});

test('an error keeps its code and parameters over a border, with an exit code', () => {
  for (const code of codes) {
    const params = Object.fromEntries(places(enUS[`error.${code}.message` as TextKey]).map((name) => [name, 'x']));
    const view = JSON.parse(JSON.stringify(new SitewrightError(code, params, { detail: 'raw words' }).view()));
    const again = errorFromView(view);
    assert.deepEqual([again.code, again.params, again.detail], [code, params, 'raw words']);
    const expected = { failed: 1, usage: 2, unknown: 3 }[errorCatalogue[code]];
    assert.equal(exitCodeOf(code), code === 'cancelled' ? 130 : expected, code);
    for (const locale of locales) assert.equal(sayError(locale, view).split('\n').length, 4);
  }
});

test('any thrown thing becomes an error of the catalogue', () => {
  assert.deepEqual([errorView(new Error('x')).code, errorView(new Error('x')).detail], ['internal', 'x']);
  assert.equal(errorView('words').detail, 'words');
  assert.equal(errorView(new DOMException('', 'AbortError')).code, 'cancelled');
  const wrapped = new SitewrightError('database-lost', {}, { cause: new Error('ECONNRESET') });
  assert.equal(errorView(wrapped).detail, 'ECONNRESET');
});

test('texts are filled with words, figures and other texts; a place without a value is seen', () => {
  const words = text('run.blocker', {
    title: { 'zh-CN': '内存', 'en-US': 'Memory' },
    subject: 'app-01',
    status: text('run.status.failed'),
    expected: 8,
    actual: verbatim('4 {GiB} $&'),
  });
  assert.equal(say('en-US', words), 'Memory on app-01: failed; expected 8, found 4 {GiB} $&');
  assert.match(say('zh-CN', words), /app-01 的“内存”失败/);
  assert.match(say('en-US', text('run.audit.step')), /\{step\}/);
});
