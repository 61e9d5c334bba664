import { randomInt } from 'node:crypto';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where to send the next connection of a node port; undefined refuses it. */
export type Picker = () => { readonly port: number } | undefined;

/** The TCP ports of the services of type NodePort on 127.0.0.1. */
export type NodePorts = {
  /** A port that is free and held from now on. */
  readonly take: () => number;
  /** Forwards a port's connections; false when another program holds the port. */
  readonly forward: (port: number, pick: Picker) => Promise<boolean>;
  readonly release: (port: number) => void;
  readonly stop: () => Promise<void>;
};

type Held = { readonly server: Server; pick: Picker; readonly sockets: Set<Socket> };

const first = 30_000;
const last = 32_767;
const spare = 4;

/** Holds a few free ports ahead, so that a service gets a number at once that nobody else can take. */
export async function openNodePorts(): Promise<NodePorts> {
  const held = new Map<number, Held>();
  const pool: number[] = [];
  let stopped = false;

  const bind = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const entry: Held = { server: createServer({ allowHalfOpen: true }), pick: () => undefined, sockets: new Set() };
      entry.server.on('connection', (socket) => forwardSocket(socket, entry));
      entry.server.once('error', () => resolve(false));
      entry.server.listen(port, '127.0.0.1', () => {
        if (stopped) entry.server.close();
        else held.set(port, entry);
        resolve(!stopped);
      });
    });
  const refill = async (): Promise<void> => {
    for (let attempt = 0; pool.length < spare && attempt < 60 && !stopped; attempt += 1) {
      const port = randomInt(first, last + 1);
      if (!held.has(port) && (await bind(port))) pool.push(port);
    }
  };
  const close = (port: number): void => {
    const entry = held.get(port);
    held.delete(port);
    entry?.server.close();
    for (const socket of entry?.sockets ?? []) socket.destroy();
  };

  await refill();
  return {
    take: () => {
      const port = pool.shift() ?? randomInt(first, last + 1);
      void refill();
      return port;
    },
    forward: async (port, pick) => {
      if (!held.has(port) && !(await bind(port))) return false;
      const entry = held.get(port);
      if (entry !== undefined) entry.pick = pick;
      return true;
    },
    release: close,
    stop: async () => {
      stopped = true;
      for (const port of [...held.keys()]) close(port);
    },
  };
}

/** Joins a client to a pod. A half that ends is passed on, so that a pod may still finish its answer. */
function forwardSocket(client: Socket, entry: Held): void {
  const track = (socket: Socket): void => {
    entry.sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => entry.sockets.delete(socket));
  };
  track(client);
  client.on('error', () => client.destroy());
  const target = entry.pick();
  if (target === undefined) {
    client.resetAndDestroy();
    return;
  }
  const pod = connect({ port: target.port, host: '127.0.0.1', allowHalfOpen: true });
  track(pod);
  pod.on('error', () => client.resetAndDestroy());
  client.on('close', () => pod.destroy());
  pod.on('close', () => client.destroy());
  client.pipe(pod);
  pod.pipe(client);
}
