import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { anySignal } from '../../../electron/engine/drivers/any-signal.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A signal of which one source was aborted, and nobody holds that source any more. */
function abortedBefore(join: (signals: AbortSignal[]) => AbortSignal, other: AbortSignal): AbortSignal {
  const source = new AbortController();
  const joined = join([source.signal, other]);
  source.abort(new Error('over'));
  return joined;
}

test('a source that was aborted and let go of is not forgotten, through one signal and through two', async () => {
  const other = new AbortController().signal;
  const one = abortedBefore(anySignal, other);
  const two = abortedBefore((signals) => anySignal([anySignal(signals), other]), other);
  for (let times = 0; times < 3; times += 1) {
    await turn();
    collect();
  }
  assert.deepEqual([one.aborted, two.aborted], [true, true]);
  assert.throws(() => two.throwIfAborted(), /over/);
});

test('it aborts with the first, and with one that was aborted already', () => {
  const [first, second] = [new AbortController(), new AbortController()];
  const joined = anySignal([first.signal, second.signal]);
  const told: unknown[] = [];
  joined.addEventListener('abort', () => told.push(joined.reason));
  second.abort('second');
  first.abort('first');
  assert.deepEqual(told, ['second']);
  assert.equal(anySignal([first.signal]).reason, 'first');
});
