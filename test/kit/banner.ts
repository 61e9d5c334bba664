import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A port that speaks something else. */
export type Banner = { readonly port: number; readonly stop: () => Promise<void> };

/** Says its words to whoever connects, as an SSH or mail server does, and reads on; empty words: a server that never says anything. */
export async function startBanner(words: string): Promise<Banner> {
  const open = new Set<Socket>();
  const server = createServer((socket) => {
    open.add(socket);
    socket.on('error', () => undefined).resume();
    if (words !== '') socket.write(words);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    stop: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of open) socket.destroy();
      await closed;
    },
  };
}
