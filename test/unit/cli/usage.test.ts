import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Command } from 'commander';
import {
  type RegistryOptions,
  registryOptions,
  registryTarget,
} from '../../../electron/cli/commands/registry-target.ts';
import { parseCount, parseSize } from '../../../electron/cli/figures.ts';
import type { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { makeBundle } from '../../../electron/engine/bundle/calls.ts';
import { commandIn } from './command.ts';

const home = mkdtempSync(join(tmpdir(), 'sitewright-usage-'));
after(() => rmSync(home, { recursive: true, force: true, maxRetries: 3 }));

const words = join(home, 'words.txt');
const nothing = join(home, 'nothing.txt');
const none = join(home, 'none');
writeFileSync(words, 'hush-hush\n');
writeFileSync(nothing, '\n');

/** A usage error that says this in English, something in Chinese too, and neither a secret nor a place that was not filled. */
const refusal = (english: RegExp) => (error: SitewrightError) => {
  const { message } = error.view();
  const [zh, en] = [say('zh-CN', message), say('en-US', message)];
  assert.equal(error.code, 'usage-invalid', error.stack);
  assert.match(en, english);
  assert.match(zh, /^调用无效：.*[\u4e00-\u9fff].*。$/);
  assert.doesNotMatch(zh + en, /hush-hush|\{\w+\}/);
  return true;
};

const targetOf = (...call: string[]) => {
  const command = registryOptions(new Command()).parse(call, { from: 'user' });
  return registryTarget(command.opts<RegistryOptions>(), 'Password');
};
const https = ['--registry', 'https://reg.example'];
const through = [...https, '--through', 'me@bastion'];
const key = `SHA256:${'A'.repeat(43)}`;

const targets: readonly (readonly [string, RegExp, readonly string[]])[] = [
  ['nothing', /name a site \(--site\) or a registry \(--registry\)/, []],
  ['two things', /not both/, [...https, '--site', 'plant']],
  [
    'no scheme',
    /https:\/\/ or http:\/\/ is missing .*write https:\/\/localhost:5000/,
    ['--registry', 'localhost:5000'],
  ],
  ['no scheme, with a path', /write https:\/\/reg\.example\/site/, ['--registry', 'reg.example/site']],
  ['another scheme', /is not the address of a registry/, ['--registry', 'ftp://reg.example']],
  ['no address', /is not the address of a registry/, ['--registry', 'https://']],
  ['an account', /--username and --password-stdin/, ['--registry', 'https://me:hush-hush@reg.example']],
  ['an account without scheme', /--username and --password-stdin/, ['--registry', 'me:hush-hush@reg.example']],
  ['a user without password', /--password-stdin or --password-file/, [...https, '--username', 'me']],
  ['a password without user', /--password-stdin .*add --username/, [...https, '--password-stdin']],
  ['a file of it without user', /--password-file .*add --username/, [...https, '--password-file', words]],
  ['no password file', /--password-file: the file .*none/, [...https, '--username', 'me', '--password-file', none]],
  ['no authority', /--ca: the file .*none cannot be read/, [...https, '--ca', none]],
  ['no PEM', /--ca .*words\.txt holds no certificate in PEM form/, [...https, '--ca', words]],
  ['a short fingerprint', /64 hexadecimal digits/, [...https, '--fingerprint', 'abcd']],
  ['a host without user', /user@host:port/, [...https, '--through', 'bastion']],
  ['a port that is none', /user@host:port/, [...https, '--through', 'me@bastion:70000']],
  ['no host key', /--through-host-key SHA256/, through],
  ['a host key of another form', /ssh-keygen -lf/, [...through, '--through-host-key', 'aa:bb']],
  ['no secret', /add --through-secret-file/, [...through, '--through-host-key', key]],
  [
    'an empty secret',
    /--through-secret-file is empty/,
    [...through, '--through-host-key', key, '--through-secret-file', nothing],
  ],
];

test('a registry that is named wrongly is refused with what to write instead, in both languages, without a secret', async () => {
  for (const [name, english, call] of targets) await assert.rejects(targetOf(...call), refusal(english), name);
});

test('a registry that is named rightly is taken whole', async () => {
  const account = ['--username', 'me', '--password-file', words];
  const jump = ['--through', 'me@[::1]:2222', '--through-host-key', key, '--through-secret-file', words];
  const fingerprint = 'AB:'.repeat(32).slice(0, -1);
  const target = await targetOf(...https, ...account, ...jump, '--fingerprint', fingerprint);
  assert.deepEqual(target, {
    registry: {
      ...{ url: 'https://reg.example', prefix: '', user: 'me', password: 'hush-hush', authorities: [] },
      ...{ systemTrust: false, plainHttp: false, fingerprint },
      through: { address: '::1', port: 2222, user: 'me', secret: 'hush-hush', hostKey: key },
    },
  });
  assert.deepEqual(await targetOf('--site', 'plant'), { site: 'plant' });
});

test('counts and sizes', () => {
  const limits = { least: 1, most: 32 };
  assert.deepEqual([parseCount('1', '--streams', limits), parseCount('32', '--streams', limits)], [1, 32]);
  for (const count of ['abc', '0', '1.5', '33', '-1', ''])
    assert.throws(
      () => parseCount(count, '--streams', limits),
      refusal(/--streams .* whole number from 1 to 32/),
      count,
    );
  assert.deepEqual([parseSize('1.5KiB', '--part-size'), parseSize('650 MB', '--part-size')], [1536, 650_000_000]);
  for (const size of ['large', '0', '10 stones', ''])
    assert.throws(() => parseSize(size, '--part-size'), refusal(/--part-size .* write e\.g\. 3\.9GiB/), size);
});

test('a bundle is built of one of a release and images', async () => {
  await assert.rejects(makeBundle({ out: none }, none), refusal(/name the folder of a release/));
  await assert.rejects(makeBundle({ out: none, source: home, images: [home] }, none), refusal(/not both/));
});

test('on the command line these are usage errors before anything is opened', async () => {
  const sitewright = commandIn(home);
  const calls: readonly (readonly [RegExp, readonly string[]])[] = [
    [/--streams abc/, ['images', 'push', '--bundle', none, '--site', 'nowhere', '--streams', 'abc']],
    [/--username needs a password/, ['images', 'push', '--bundle', none, ...https, '--username', 'me']],
    [/--part-size large/, ['bundle', 'build', '--out', none, '--part-size', 'large']],
    [/--ca: the file/, ['bundle', 'build', '--out', none, '--images', home, '--ca', none]],
    [/--port http/, ['serve', '--port', 'http']],
    [/--value-file: the file/, ['vault', 'set', '--site', 'x', '--name', 'ssh', '--value-file', none]],
  ];
  await Promise.all(
    calls.map(async ([message, call]) => {
      const { code, stdout } = await sitewright([...call, '--json']);
      const { error } = JSON.parse(stdout);
      assert.deepEqual([code, error.code], [2, 'usage-invalid'], call.join(' '));
      assert.match(error.message, message);
    }),
  );
});
