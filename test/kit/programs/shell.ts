// A shell without a window: the product's own door to the engine and its own forks, steered by the test.
import { join } from 'node:path';
import { app, MessageChannelMain } from 'electron';
import { openDoor } from '../../../electron/main/engine-door.ts';
import { openAsker } from '../../../electron/main/programs.ts';
import type { ShellOrder, ShellWords } from './words.ts';

const say = (words: ShellWords) => void (process.connected && process.send!(words));

void app.whenReady().then(() => {
  const door = openDoor({ door: 'utility', script: join(__dirname, 'engine.cjs') });
  const programs = openAsker((told) => door.send({ type: 'program', told }));
  door.onNotice((notice) => {
    if (notice.type === 'program') programs.take(notice.ask);
    else say({ from: 'notice', notice });
  });
  const { port1, port2 } = new MessageChannelMain();
  door.connect(port2);
  port1.on('message', ({ data }) => say({ from: 'port', data: String(data) }));
  port1.start();
  void door.ended.then(async () => {
    say({ from: 'ended' });
    await programs.gone();
    say({ from: 'gone' });
  });
  process.on('message', (message) => {
    const order = message as ShellOrder;
    if (order.do === 'port') port1.postMessage(order.data);
    else if (order.do === 'send') door.send(order.request);
    else door.kill();
  });
  process.on('disconnect', () => app.exit(0));
});
