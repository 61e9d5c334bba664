import { type ChildProcess, fork } from 'node:child_process';
import { type MessagePortMain, utilityProcess } from 'electron';
import type { HostNotice, HostRequest } from '../engine-host/protocol.ts';
import type { EngineEntry } from './settings.ts';

/** The shell's side of one engine process. */
export type EngineDoor = {
  readonly send: (request: HostRequest) => void;
  /** Gives a window's port to the engine. */
  readonly connect: (port: MessagePortMain) => void;
  readonly onNotice: (take: (notice: HostNotice) => void) => void;
  /** Resolves when the process is gone. */
  readonly ended: Promise<void>;
  readonly kill: () => void;
};

export function openDoor(entry: EngineEntry): EngineDoor {
  return entry.door === 'utility' ? utilityDoor(entry.script) : childDoor(entry.node, entry.script);
}

function utilityDoor(script: string): EngineDoor {
  const child = utilityProcess.fork(script, [], { serviceName: 'Sitewright engine', stdio: 'inherit' });
  // Without a listener the shell itself would end on it; the exit follows.
  child.on('error', () => undefined);
  let ports = 0;
  return {
    send: (request) => child.postMessage(request),
    connect: (port) => {
      ports += 1;
      child.postMessage({ type: 'connect', port: ports } satisfies HostRequest, [port]);
    },
    onNotice: (take) => void child.on('message', (message: unknown) => take(message as HostNotice)),
    ended: new Promise((resolve) => child.once('exit', () => resolve())),
    kill: () => void child.kill(),
  };
}

function childDoor(node: string, script: string): EngineDoor {
  const child: ChildProcess = fork(script, [], {
    execPath: node,
    execArgv: [],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const ports = new Map<number, MessagePortMain>();
  let last = 0;
  const send = (request: HostRequest) => void (child.connected && child.send(request, () => undefined));
  child.on('message', (message) => {
    const notice = message as HostNotice;
    if (notice.type === 'frame') ports.get(notice.port)?.postMessage(notice.data);
  });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  void ended.then(() => {
    for (const port of ports.values()) port.close();
  });
  return {
    send,
    connect: (port) => {
      last += 1;
      const number = last;
      ports.set(number, port);
      send({ type: 'connect', port: number });
      port.on('message', ({ data }) => {
        if (typeof data === 'string') send({ type: 'frame', port: number, data });
      });
      port.on('close', () => {
        ports.delete(number);
        send({ type: 'disconnect', port: number });
      });
      port.start();
    },
    onNotice: (take) =>
      void child.on('message', (message) => {
        const notice = message as HostNotice;
        if (notice.type !== 'frame') take(notice);
      }),
    ended,
    kill: () => void child.kill('SIGKILL'),
  };
}
