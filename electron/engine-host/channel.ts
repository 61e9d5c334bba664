import type { HostNotice, HostRequest } from './protocol.ts';

/** A port of the kind that the contract's transport takes. */
export type EnginePort = {
  on(event: 'message', listener: (event?: { readonly data: unknown }) => void): void;
  on(event: 'close', listener: () => void): void;
  postMessage(data: unknown): void;
};

/** The engine process's side of its channel to the shell. */
export type HostChannel = {
  readonly send: (notice: HostNotice) => void;
  /** `port` comes with a `connect`. */
  readonly listen: (take: (request: HostRequest, port: EnginePort | undefined) => void) => void;
  /** The shell is gone, however it ended. */
  readonly onGone: (then: () => void) => void;
};

/** `process.parentPort` of a utility process. */
type ParentPort = {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly (EnginePort & { start(): void })[] }) => void,
  ): void;
  postMessage(message: unknown): void;
};

/** The product's door: ports are transferred, the engine speaks to the window directly. */
export function utilityChannel(parent: ParentPort): HostChannel {
  return {
    send: (notice) => parent.postMessage(notice),
    listen: (take) =>
      parent.on('message', ({ data, ports }) => {
        const [port] = ports;
        take(data as HostRequest, port);
        // Started after its listeners are there, so that no message is lost.
        port?.start();
      }),
    // A utility process ends with the shell.
    onGone: () => undefined,
  };
}

/** The door of a plain Node process: the shell relays what passes a window's port. */
export function childChannel(): HostChannel {
  const ports = new Map<number, RelayedPort>();
  const send = (notice: HostNotice) => void (process.connected && process.send?.(notice));
  return {
    send,
    listen: (take) =>
      process.on('message', (message) => {
        const request = message as HostRequest;
        if (request.type === 'frame') return ports.get(request.port)?.take(request.data);
        if (request.type === 'disconnect') {
          ports.get(request.port)?.close();
          ports.delete(request.port);
          return;
        }
        if (request.type !== 'connect') return take(request, undefined);
        const port = relayedPort((data) => send({ type: 'frame', port: request.port, data }));
        ports.set(request.port, port);
        take(request, port);
      }),
    onGone: (then) => process.once('disconnect', then),
  };
}

type RelayedPort = EnginePort & { readonly take: (data: string) => void; readonly close: () => void };

function relayedPort(send: (data: string) => void): RelayedPort {
  const listeners: { readonly event: string; readonly call: (event?: { readonly data: unknown }) => void }[] = [];
  const tell = (event: string, data?: { readonly data: unknown }) => {
    for (const listener of listeners) if (listener.event === event) listener.call(data);
  };
  return {
    on: (event: string, call: (event?: { readonly data: unknown }) => void) => void listeners.push({ event, call }),
    postMessage: (data) => {
      if (typeof data !== 'string') throw new TypeError('this door carries text only');
      send(data);
    },
    take: (data) => tell('message', { data }),
    close: () => tell('close'),
  };
}
