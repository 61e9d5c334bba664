import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type ImageTransfer, withChanges } from '../../../electron/contract/transfers.ts';
import { type WalkEvent, walkEventSchema } from '../../../electron/contract/views.ts';
import { openedSite } from './fixture.ts';
import { stagesOf, start } from './stages.ts';

test('thousands of readings of 60 images become a few notices of what changed; the newest is told', async (t) => {
  const { opened } = openedSite(t);
  const images = Array.from(
    { length: 60 },
    (_, at): ImageTransfer => ({ reference: `energy/${at}:1`, state: 'waiting', done: 0, total: 100 }),
  );
  const events: WalkEvent[] = [];
  const session = start(
    opened,
    stagesOf(
      { images: [{ name: 'push' }] },
      {
        push: {
          apply: async (context) => {
            for (let at = 0; at < 6000; at += 1) {
              const image = images[Math.floor(at / 100)]!;
              images[Math.floor(at / 100)] = { ...image, state: 'sending', done: image.done + 1 };
              context.progress(at + 1, 6000, 'bytes', undefined, { sent: at + 1, images: [...images] });
              if (at % 100 === 0) await wait(5);
            }
            await wait(300);
          },
        },
      },
    ),
  );
  session.listen((event) => void events.push(event));
  assert.equal(await session.ended, 'done');
  const notices = events.filter((event) => event.type === 'progress');
  assert.ok(notices.length >= 2 && notices.length < 60, `${notices.length} notices`);
  for (const event of notices) walkEventSchema.parse(event);
  const last = notices.at(-1)!;
  assert.deepEqual([last.transfer?.done, last.share], [6000, 0.99]);
  assert.ok((last.transfer?.images?.length ?? 0) < 60, 'images that stood still are told again');

  const shown = notices.reduce(
    (known, { transfer }) => (transfer === undefined ? known : withChanges(known, transfer)),
    undefined as Parameters<typeof withChanges>[0],
  );
  assert.deepEqual(shown?.images, images);
  const end = events.findLast((event) => event.type === 'step')!;
  assert.deepEqual([end.step.state, end.step.transfer?.images], ['done', images], 'the end carries all of them');
});
