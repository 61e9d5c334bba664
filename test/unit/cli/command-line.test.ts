import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { buildWizard } from '../../kit/built-wizard.ts';
import { commandIn } from './command.ts';

const home = mkdtempSync(join(tmpdir(), 'sitewright-cli-'));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const sitewright = commandIn(home);
const passphrase = { SITEWRIGHT_PASSPHRASE: 'a long enough passphrase' };
const siteYaml = 'name: plant\ntitle: Plant\nprofile: poc\n';

test('what the parser refuses is a usage error: exit code 2, words on stderr', async () => {
  const calls = [['no-such-command'], ['site', 'show'], ['site', 'list', '--no-such'], ['site', 'no-such']];
  await Promise.all(
    calls.map(async (words) => {
      const { code, stdout, stderr } = await sitewright(words);
      assert.deepEqual([code, stdout], [2, ''], words.join(' '));
      assert.match(stderr, /error: |Usage: /, words.join(' '));
      assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
    }),
  );
});

test('with --json, every end is one JSON document on stdout', async () => {
  const refused = await sitewright(['site', 'show', '--json']);
  assert.equal(refused.code, 2);
  assert.equal(JSON.parse(refused.stdout).error.code, 'usage-invalid');

  const unknown = await sitewright(['--json', 'site', 'show', '--site', 'nowhere']);
  assert.equal(unknown.code, 2);
  const { error } = JSON.parse(unknown.stdout);
  assert.deepEqual(Object.keys(error), ['code', 'message', 'cause', 'next']);
  assert.equal(error.code, 'site-not-found');
  assert.match(error.message, /nowhere/);
  assert.match(unknown.stderr, /nowhere/);

  const list = await sitewright(['site', 'list', '--json']);
  assert.deepEqual([list.code, JSON.parse(list.stdout)], [0, []]);
});

test('words come in the language that was asked for; another one is refused', async () => {
  const nowhere = (locale: string) => sitewright(['site', 'show', '--site', 'nowhere', '--locale', locale]);
  const [chinese, english] = await Promise.all([nowhere('zh-CN'), nowhere('en-US')]);
  assert.match(chinese.stderr, /[\u4e00-\u9fff]/);
  assert.doesNotMatch(english.stderr, /[\u4e00-\u9fff]/);
  for (const options of [['--locale', 'fr-FR'], []] as const) {
    const { code, stderr } = await sitewright(
      ['site', 'list', ...options],
      options.length === 0 ? { env: { SITEWRIGHT_LOCALE: 'fr' } } : {},
    );
    assert.equal(code, 2);
    assert.match(stderr, /--locale fr/);
    assert.doesNotMatch(stderr, /\n\s+at /, 'no stack');
  }
});

test('help in both languages, exit code 0', async () => {
  const { code, stdout } = await sitewright(['--help']);
  assert.equal(code, 0);
  for (const word of ['start', 'journal', 'report', '离线', 'offline']) assert.match(stdout, new RegExp(word), word);
});

test('wrong values: a port, a part size, a language, a file that is not there', async () => {
  const none = join(home, 'none');
  const calls: readonly (readonly string[])[] = [
    ['serve', '--port', 'http'],
    ['bundle', 'build', '--out', none, '--part-size', 'large'],
    ['site', 'create', '--file', none],
    ['site', 'check-inventory', '--site', 'x', '--file', 'hosts.txt'],
    ['vault', 'set', '--site', 'x', '--name', 'ssh', '--value-file', none],
    ['report', '--site', 'x', '--language', 'french'],
  ];
  await Promise.all(
    calls.map(async (words) => {
      const { code, stdout } = await sitewright([...words, '--json']);
      assert.equal(code, 2, words.join(' '));
      assert.equal(JSON.parse(stdout).error.code, 'usage-invalid', words.join(' '));
    }),
  );
  const missing = await sitewright(['bundle', 'inspect', '--bundle', none, '--json']);
  assert.deepEqual([missing.code, JSON.parse(missing.stdout).error.code], [2, 'bundle-not-found']);
});

test('a site from its description to a verified journal', async () => {
  const file = join(home, 'plant.yaml');
  const hosts = join(home, 'hosts.csv');
  writeFileSync(file, siteYaml);
  const locked = await sitewright(['site', 'create', '--file', file, '--json']);
  assert.deepEqual([locked.code, JSON.parse(locked.stdout).error.code], [2, 'vault-locked']);
  const opened = await sitewright(['vault', 'unlock', '--site', 'plant'], { env: passphrase });
  assert.deepEqual([opened.code, opened.stderr], [0, '']);
  const again = await sitewright(['site', 'create', '--file', file, '--json'], { env: passphrase });
  assert.equal(JSON.parse(again.stdout).error.code, 'site-exists');

  assert.equal((await sitewright(['site', 'example', '--file', hosts])).code, 0);
  assert.equal((await sitewright(['site', 'check-inventory', '--site', 'plant', '--file', hosts])).code, 0);
  const imported = await sitewright(['site', 'import', '--site', 'plant', '--file', hosts, '--json'], {
    env: passphrase,
  });
  assert.equal(JSON.parse(imported.stdout).hosts.length, 3);
  writeFileSync(hosts, 'name,address,user,credential,roles\nA,10.0.0.1,root,ssh,worker\n');
  const wrong = await sitewright(['site', 'check-inventory', '--site', 'plant', '--file', hosts]);
  assert.equal(wrong.code, 1);
  assert.match(wrong.stdout, /row 2, column name, "A"/);

  const wrongPassphrase = await sitewright(['vault', 'list', '--site', 'plant', '--json'], {
    env: { SITEWRIGHT_PASSPHRASE: 'wrong' },
  });
  assert.equal(JSON.parse(wrongPassphrase.stdout).error.code, 'vault-wrong-passphrase');
  const set = await sitewright(['vault', 'set', '--site', 'plant', '--name', 'ssh'], {
    env: passphrase,
    input: 'Sup3r-Secret\n',
  });
  assert.deepEqual([set.code, set.stdout], [0, 'ssh\n']);
  const shown = await sitewright(['vault', 'reveal', '--site', 'plant', '--name', 'ssh', '--passphrase-stdin'], {
    input: `${passphrase.SITEWRIGHT_PASSPHRASE}\n`,
  });
  assert.equal(shown.stdout, 'Sup3r-Secret\n');

  const verified = await sitewright(['journal', 'verify', '--site', 'plant', '--json']);
  assert.equal(verified.code, 0);
  const verdict = JSON.parse(verified.stdout);
  assert.deepEqual([verdict.intact, verdict.rows], [true, 4]);
  const cut = await sitewright(['journal', 'verify', '--site', 'plant', '--head', 'f'.repeat(64)]);
  assert.equal(cut.code, 1);
  assert.match(cut.stdout, /DAMAGED/);
  const withoutRun = [['state'], ['resume', '--bundle', home], ['report']];
  const codes = await Promise.all(
    withoutRun.map((words) => sitewright([...words, '--site', 'plant'], { env: passphrase })),
  );
  assert.deepEqual(
    codes.map(({ code }) => code),
    [2, 2, 2],
  );
});

test('a served site ends in order when it is told to', async () => {
  buildWizard();
  const ended = await sitewright(['serve', '--json'], { signal: 'SIGTERM' });
  assert.equal(ended.code, 0);
  assert.match(JSON.parse(ended.stdout).address, /^http:\/\/127\.0\.0\.1:\d+\/#[\w-]{32}$/);
});
