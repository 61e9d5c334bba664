// Stands in for the engine in a utility process: opens the practice site through the shell as the engine's host does. Orders
// come over a port, as the window's do.
import { utilityChannel } from '../../../electron/engine-host/channel.ts';
import { openPractice, type PracticeSite } from '../../../electron/practice/launch.ts';
import { shellDoor } from '../../../electron/programs/shell-door.ts';
import type { EngineOrder, EngineWords } from './words.ts';

const { parentPort } = process as typeof process & { readonly parentPort: Parameters<typeof utilityChannel>[0] };
const channel = utilityChannel(parentPort);
const door = shellDoor((ask) => channel.send({ type: 'program', ask }));
let site: PracticeSite | undefined;

async function carryOut(order: EngineOrder): Promise<EngineWords> {
  try {
    if (order.do === 'open') {
      site = await openPractice(order.start, door.run);
      return { ready: site.ready, pid: site.pid };
    }
    await site?.stop();
    return { stopped: await site?.exited };
  } catch (error) {
    return { problem: String(error) };
  }
}

channel.listen((request, port) => {
  if (request.type === 'program') door.told(request.told);
  if (request.type === 'stop') process.exit(0);
  port?.on('message', (event) => {
    void carryOut(JSON.parse(String(event?.data)) as EngineOrder).then((words) =>
      port.postMessage(JSON.stringify(words)),
    );
  });
});
channel.send({ type: 'ready' });
