import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SitewrightError } from '../../../electron/contract/errors.ts';
import { adHocRegistrySchema } from '../../../electron/contract/registry-target.ts';
import { openTarget } from '../../../electron/engine/images/target.ts';

const open = (described: object) =>
  openTarget({ registry: adHocRegistrySchema.parse(described) }, () => assert.fail('no site is asked for'));

test('an address with an account in it, or without encryption that nobody allowed, is refused without its password', () => {
  const refused = (mends: RegExp) => (error: SitewrightError) => {
    assert.equal(error.code, 'usage-invalid');
    assert.match(error.message, mends);
    assert.doesNotMatch(JSON.stringify([error.message, error.view()]), /hush/);
    return true;
  };
  for (const url of ['https://me:hush@reg.example', 'https://me@reg.example', 'http://:hush@reg.example'])
    assert.throws(() => open({ url }), refused(/--username and --password-stdin/), url);
  for (const url of ['http://reg.example', 'HTTP://reg.example'])
    assert.throws(() => open({ url }), refused(/--plain-http/), url);
});

test('http that was allowed is taken', async () => {
  await open({ url: 'http://reg.example', plainHttp: true }).registry.close();
});
