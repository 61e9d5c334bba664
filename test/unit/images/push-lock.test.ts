import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockPush, wishPause } from '../../../electron/engine/images/push-lock.ts';
import { isCode } from '../../kit/errors.ts';

test('one push at a time to one target, and a wish to pause reaches it', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'sitewright-push-lock-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  const place = { home, key: 'one' };
  assert.equal(wishPause(place), false, 'nothing is under way');
  const paused = new AbortController();
  const unlock = lockPush(place, 'registry.test', () => paused.abort());
  assert.throws(() => lockPush(place, 'registry.test', () => undefined), isCode('push-busy'));
  lockPush({ home, key: 'other' }, 'registry.test', () => undefined)();
  assert.equal(wishPause(place), true);
  await once(paused.signal, 'abort');
  unlock();
  assert.equal(wishPause(place), false);
  // The wish went with the push that it was for.
  const later = new AbortController();
  const again = lockPush(place, 'registry.test', () => later.abort());
  await new Promise((resolve) => setTimeout(resolve, 700));
  assert.equal(later.signal.aborted, false);
  again();
});
