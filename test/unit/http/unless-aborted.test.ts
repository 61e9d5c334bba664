import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unlessAborted } from '../../../electron/engine/drivers/unless-aborted.ts';

test('what comes before the abort is given, what fails before it is thrown', async () => {
  const { signal } = new AbortController();
  assert.equal(await unlessAborted(Promise.resolve(7), signal), 7);
  assert.equal(await unlessAborted(Promise.resolve(7), undefined), 7);
  await assert.rejects(unlessAborted(Promise.reject(new Error('refused')), signal), /refused/);
});

test('an abort ends the wait with its reason; what comes too late is handed on to be let go', async () => {
  for (const aborts of ['before', 'during'] as const) {
    const controller = new AbortController();
    const work = Promise.withResolvers<string>();
    const late: string[] = [];
    const reason = new Error('stopped');
    if (aborts === 'before') controller.abort(reason);
    const wait = unlessAborted(work.promise, controller.signal, (value) => late.push(value));
    if (aborts === 'during') controller.abort(reason);
    await assert.rejects(wait, reason);
    work.resolve('channel');
    await work.promise;
    await Promise.resolve();
    assert.deepEqual(late, ['channel']);
  }
});

test('work that fails after the abort fails unheard', async () => {
  const work = Promise.withResolvers<never>();
  const wait = unlessAborted(work.promise, AbortSignal.abort(new Error('stopped')), () => assert.fail());
  await assert.rejects(wait, /stopped/);
  work.reject(new Error('refused'));
  await new Promise((resolve) => setImmediate(resolve));
});
