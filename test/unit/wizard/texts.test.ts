import assert from 'node:assert/strict';
import { test } from 'node:test';
import { enUS as engineEnglish } from '../../../electron/contract/texts/en-US/index.ts';
import { zhCN as engineChinese } from '../../../electron/contract/texts/zh-CN/index.ts';
import { enUS as wizardEnglish } from '../../../renderer/i18n/en-US/index.ts';
import { zhCN as wizardChinese } from '../../../renderer/i18n/zh-CN/index.ts';

type Pair = { readonly key: string; readonly english: string; readonly chinese: string };

const pairsOf = (english: Readonly<Record<string, string>>, chinese: Readonly<Record<string, string>>): Pair[] =>
  Object.keys(english).map((key) => ({ key, english: english[key]!, chinese: chinese[key] ?? '' }));
const wizard = pairsOf(wizardEnglish, wizardChinese);
const every = [...wizard, ...pairsOf(engineEnglish, engineChinese)];
const withoutPlaces = (words: string) => words.replace(/\{\w+\}/g, '');
const places = (words: string) => [...new Set([...words.matchAll(/\{(\w+)\}/g)].map((match) => match[1]!))].sort();

test('convention 19: the wizard has the same keys and the same places to fill in both languages', () => {
  assert.deepEqual(Object.keys(wizardChinese).sort(), Object.keys(wizardEnglish).sort());
  assert.deepEqual(
    Object.keys(wizardEnglish).filter((key) => key in engineEnglish),
    [],
    'a key of the wizard is no key of the engine',
  );
  for (const { key, english, chinese } of wizard) assert.deepEqual(places(chinese), places(english), key);
});

test('convention 19: no text of the wizard is empty, speaks of its makers, or is left in the other language', () => {
  for (const { key, english, chinese } of wizard) {
    assert.notEqual(english.trim(), '', key);
    assert.notEqual(chinese.trim(), '', key);
    assert.doesNotMatch(english, /\b(we|our|ours|us)\b/i, key);
    assert.doesNotMatch(chinese, /我们|咱们|咱/, key);
    assert.doesNotMatch(english, /[\u4e00-\u9fff]/, key);
    assert.doesNotMatch(`${english}${chinese}`, /TODO|FIXME|lorem/i, key);
  }
});

/** What is wrong with the units of a text in two languages: 字节 is bytes, 比特 is bits, a prefix means one thing. */
function unitProblem({ english, chinese }: Pick<Pair, 'english' | 'chinese'>): string | undefined {
  const [en, zh] = [withoutPlaces(english), withoutPlaces(chinese)];
  if (/字节/.test(zh) && !/\bbytes?\b/i.test(en)) return '字节 stands where English does not say bytes';
  if (/\bbytes?\b/i.test(en) && !/字节/.test(zh)) return 'bytes are not 字节';
  if (/比特/.test(zh) && !/\bbits?\b|\bbit\/s\b/i.test(en)) return '比特 stands where English does not say bits';
  if (/\bbits?\b/i.test(en) && !/比特|位/.test(zh)) return 'bits are neither 比特 nor 位';
  const units = (words: string) => (words.match(/\b[KMGT]i?B\b|\b[kKMGT]?bit\/s\b/g) ?? []).sort().join(' ');
  if (units(en) !== units(zh)) return 'the languages name different units';
  if (/\bKB\b|\b[kKMGT]bps\b|\bk[iI]B\b/.test(en + zh)) return 'a unit that is written in no standard';
  return undefined;
}

test('convention 19: bytes and bits are told apart in every text', () => {
  for (const [english, chinese] of [
    ['sends {count} bytes', '发送 {count} 比特'],
    ['a key of 2048 bits', '2048 字节的密钥'],
    ['{rate} MB per second', '每秒 {rate} MiB'],
    ['at 100 Mbps', '100 Mbps'],
  ] as const)
    assert.notEqual(unitProblem({ english, chinese }), undefined, english);
  for (const pair of every)
    assert.equal(unitProblem(pair), undefined, `${pair.key}: ${pair.english} | ${pair.chinese}`);
});

/** What a person types or reads as it stands: forms of names, the letter between two folders. */
const literal = /名称:标签|镜像名:标签|镜像:标签|列:值|用 ; 分隔/g;

test('convention 19: Chinese words have full-width punctuation', () => {
  for (const { key, chinese } of every)
    assert.doesNotMatch(
      chinese.replace(literal, ''),
      /[\p{Script=Han}“”][,:;!?()]|[,:;!?()][\p{Script=Han}“”]|[（，：；！？] | [（），：；！？]/u,
      key,
    );
});
