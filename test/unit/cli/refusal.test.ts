import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { commandIn } from './command.ts';

const home = mkdtempSync(join(tmpdir(), 'sitewright-refusal-'));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const sitewright = commandIn(home);
const chinese = { env: { SITEWRIGHT_LOCALE: 'zh-CN' } };

/** A call, what its refusal says in both languages, and the command whose usage follows. */
const refused: readonly (readonly [string, RegExp, RegExp, string])[] = [
  ['no-such', /no command no-such\./, /没有命令 no-such。/, 'sitewright'],
  ['images plna', /no command plna \(did you mean plan\?\)/, /没有命令 plna（是否想写 plan？）/, 'sitewright images'],
  ['site list --jsno', /no option --jsno \(did you mean --json\?\)/, /没有选项 --jsno（/, 'sitewright site list'],
  ['site list --word=hush', /no option --word\./, /没有选项 --word。/, 'sitewright site list'],
  ['site show', /option --site <name> is required/, /缺少必需的选项 --site <name>/, 'sitewright site show'],
  ['site show --siet=plant', /no option --siet\./, /没有选项 --siet。/, 'sitewright site show'],
  ['site show --site', /--site <name> needs a value/, /选项 --site <name> 缺少取值/, 'sitewright site show'],
  [
    'site list a b',
    /`sitewright site list` takes options only, and 2/,
    /`sitewright site list` 只/,
    'sitewright site list',
  ],
];

test('what the parser refuses is said as every other error, with the usage of the command, in the language asked for', async () => {
  await Promise.all(
    refused.map(async ([words, english, zh, command]) => {
      for (const [problem, options, head] of [
        [english, {}, 'Usage: '],
        [zh, chinese, '用法：'],
      ] as const) {
        const { code, stdout, stderr } = await sitewright(words.split(' '), options);
        const lines = stderr.split('\n');
        assert.deepEqual([code, stdout, lines.length], [2, '', 6], `${words}: ${stderr}`);
        assert.match(lines[0]!, problem);
        assert.ok(lines[3]!.startsWith(`${head}${command} [options]`), lines[3]);
        assert.ok(lines[4]!.includes(`${command} --help`), lines[4]);
        assert.doesNotMatch(stderr, /hush/, 'what stands behind = is not repeated');
      }
    }),
  );
});

test('a refusal is the same document with --json, wherever that stands; a wrong language does not break it', async () => {
  const calls = [
    ['--json', 'site', 'show', '--locale=zh-CN'],
    ['--locale', 'zh-CN', 'site', 'list', '--no-such', '--json'],
    ['site', 'list', '--no-such', '--json', '--locale', 'fr'],
  ];
  await Promise.all(
    calls.map(async (words) => {
      const { code, stdout, stderr } = await sitewright(words);
      const { error } = JSON.parse(stdout);
      assert.deepEqual([code, error.code], [2, 'usage-invalid'], words.join(' '));
      assert.deepEqual(Object.keys(error), ['code', 'message', 'cause', 'next']);
      assert.match(error.message, /调用无效/);
      assert.ok(stderr.startsWith(`${error.message}\n${error.cause}\n${error.next}\n用法：`), stderr);
    }),
  );
});

test('a group without a command of it shows its help and ends with 2; asked for, help ends with 0', async () => {
  for (const words of [[], ['images'], ['help', 'no-such']]) {
    const { code, stdout, stderr } = await sitewright(words);
    assert.deepEqual([code, stdout], [2, ''], words.join(' '));
    assert.match(stderr, /^Usage: sitewright/);
    assert.doesNotMatch(stderr, /not valid/);
  }
  for (const words of [['help'], ['images', 'help'], ['images', '--help'], ['images', 'push', '-h']]) {
    const { code, stdout, stderr } = await sitewright(words);
    assert.deepEqual([code, stderr], [0, ''], words.join(' '));
    assert.match(stdout, /^Usage: sitewright/);
  }
  const { code, stdout } = await sitewright(['images', '--json']);
  assert.equal(code, 2);
  assert.match(JSON.parse(stdout).error.message, /`sitewright images` needs one of its commands/);
});
