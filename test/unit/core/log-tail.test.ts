import assert from 'node:assert/strict';
import { test } from 'node:test';
import { verbatim } from '../../../electron/contract/text.ts';
import type { WalkEvent } from '../../../electron/contract/views.ts';
import { createLogTail } from '../../../electron/engine/run/log-tail.ts';
import { watchWalk } from '../../../electron/engine/run/watch.ts';
import { openedSite } from './fixture.ts';
import { gate, stagesOf, start, until } from './stages.ts';

const line = (words: string) => ({
  at: '2026-01-01T00:00:00.000Z',
  level: 'info' as const,
  target: 'a',
  words: verbatim(words),
});

test('a tail gives what came after a place, all of it to who comes from another log, and keeps a bound', () => {
  const tail = createLogTail(10);
  const numbers = (place: { log: string; line: number }) => tail.after(place).map((event) => event.place!.line);
  const { log } = tail.add(line('first')).place!;
  tail.add(line('second'));
  assert.deepEqual(numbers({ log, line: 0 }), [1, 2]);
  assert.deepEqual(numbers({ log, line: 1 }), [2]);
  assert.deepEqual(numbers({ log, line: 2 }), []);
  assert.deepEqual(numbers({ log: createLogTail().add(line('other')).place!.log, line: 99 }), [1, 2]);
  tail.clear();
  assert.deepEqual(numbers({ log: '', line: 0 }), []);
  for (let at = 0; at < 95; at += 1) tail.add(line(String(at)));
  assert.deepEqual(numbers({ log: '', line: 0 }), [88, 89, 90, 91, 92, 93, 94, 95, 96, 97]);
});

test('who was cut off goes on with the log without a gap and without a line twice, also after the end', async (t) => {
  const { opened } = openedSite(t);
  const held = gate();
  const session = start(
    opened,
    stagesOf(
      { inventory: [{ name: 'a' }], data: [{ name: 'b' }] },
      {
        a: {
          apply: async (context) => {
            context.log('info', 'a', verbatim('1'));
            context.log('info', 'a', verbatim('2'));
          },
        },
        b: {
          apply: async (context) => {
            context.log('info', 'b', verbatim('3'));
            await held.opened;
            context.log('info', 'b', verbatim('4'));
          },
        },
      },
    ),
  );
  let live: typeof session | undefined = session;
  const engine = { session: () => live, walk: () => session.walk, logTail: () => opened.logTail };
  const told: string[] = [];
  let place = { log: '', line: 0 };
  const take = (event: WalkEvent) => {
    if (event.type !== 'log') return;
    told.push('en-US' in event.words ? event.words['en-US'] : '');
    place = event.place!;
  };
  const watching = new AbortController();
  const first = (async () => {
    for await (const event of watchWalk(engine, 'plant', watching.signal, place)) take(event);
  })();
  await until(() => told.includes('3'), 'the third line');
  watching.abort();
  await first;
  const bare: string[] = [];
  const leaving = new AbortController();
  const other = (async () => {
    for await (const event of watchWalk(engine, 'plant', leaving.signal)) bare.push(event.type);
  })();
  await until(() => bare.length > 0, 'a snapshot');
  leaving.abort();
  await other;
  assert.deepEqual(bare, ['snapshot'], 'who names no place is told what is new only');
  held.open();
  assert.equal(await session.ended, 'done');
  live = undefined;
  for await (const event of watchWalk(engine, 'plant', undefined, place)) take(event);
  assert.deepEqual(told, ['1', '2', '3', '4']);
});
