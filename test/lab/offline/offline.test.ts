import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { type AloneRoom, openAloneRoom } from '../../kit/alone.ts';
import { browserForTests } from '../../kit/browser.ts';
import { orSkipped } from '../../kit/debian.ts';
import { findElectron } from '../../kit/electron.ts';

const room = await openAloneRoom();
const noRoom = 'skipped' in room ? room.skipped : undefined;
// What has to be fetched for the tests is fetched before the way out is closed.
const browser = noRoom === undefined ? browserForTests() : { skipped: noRoom };
const electron = noRoom === undefined ? await orSkipped(findElectron, 'no desktop') : { skipped: noRoom };
const skip = (part: object) => ('skipped' in part ? String(part.skipped) : false);
const run = (name: string, ...args: readonly string[]) =>
  (room as AloneRoom).run(fileURLToPath(new URL(name, import.meta.url)), args);

test('wizard, server and engine send no packet and ask for no name beyond loopback; a planted try is seen', {
  skip: skip(browser),
  timeout: 300_000,
}, async (t) => {
  const clean = await run('browser-walk.ts');
  assert.equal(clean.status, 0, clean.said);
  assert.match(clean.said, /walked/);
  assert.deepEqual(clean.left, []);

  const planted = await run('browser-walk.ts', 'planted');
  assert.equal(planted.status, 0, planted.said);
  const left = planted.left.join('\n');
  t.diagnostic(`${planted.left.length} planted packets were seen`);
  assert.match(left, /> 192\.0\.2\.53\.53: .* A\? page\.example\./, 'a name that the browser asks for');
  assert.match(left, /> 203\.0\.113\.7\.80: Flags \[S/, 'a connection that the browser tries');
  assert.match(left, /> 192\.0\.2\.53\.53: .* A\? engine\.example\./, 'a name that Node asks for');
  assert.match(left, /> 203\.0\.113\.8\.443: Flags \[S/, 'a connection that Node tries');
});

test('the desktop sends no packet and asks for no name beyond loopback', {
  skip: skip(electron),
  timeout: 300_000,
}, async () => {
  const { status, said, left } = await run('desktop-walk.ts');
  assert.equal(status, 0, said);
  assert.match(said, /walked/);
  assert.deepEqual(left, []);
});
