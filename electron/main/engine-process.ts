import type { MessagePortMain } from 'electron';
import type { HostNotice } from '../engine-host/protocol.ts';
import { type EngineDoor, openDoor } from './engine-door.ts';
import { type Asker, openAsker } from './programs.ts';
import type { Settings } from './settings.ts';

/** The engine's process, started again when it ends by itself. Its truth is on disk: a cut run is there to be resumed. */
export type EngineProcess = {
  /** Gives a window's port to the engine, as soon as there is one that is ready. */
  readonly connect: (port: MessagePortMain) => void;
  /** Sites whose run is at work. */
  readonly running: () => readonly string[];
  /** Ends runs in good order, then the process. */
  readonly stop: () => Promise<void>;
};

export type EngineListener = {
  /** The process ended by itself; the ports that it had are dead. */
  readonly lost: () => void;
  readonly running: (sites: readonly string[]) => void;
  readonly print: (notice: Extract<HostNotice, { readonly type: 'print' }>, answer: EngineDoor['send']) => void;
  /** It does not start: what it said. */
  readonly failed: (problem: string) => void;
};

/** Pause before the next start, ms; grows with each end that comes soon after a start. */
const pauseMs = 500;
/** A process that lived this long counts as one that works, ms. */
const soundMs = 30_000;
const attempts = 5;
/** Time for an orderly end, ms. */
const stopLimitMs = 8000;

export function startEngine(
  settings: Settings,
  passphrases: () => Readonly<Record<string, string>>,
  listener: EngineListener,
): EngineProcess {
  let door: EngineDoor | undefined;
  let programs: Asker | undefined;
  let ready: EngineDoor | undefined;
  let waiting: MessagePortMain[] = [];
  let running: readonly string[] = [];
  let stopping = false;
  let failures = 0;

  const tellRunning = (sites: readonly string[]) => {
    running = sites;
    listener.running(sites);
  };

  const open = (): void => {
    const mine = openDoor(settings.engine);
    const began = Date.now();
    const below = openAsker((told) => mine.send({ type: 'program', told }));
    door = mine;
    programs = below;
    mine.onNotice((notice) => {
      if (notice.type === 'ready') {
        ready = mine;
        for (const port of waiting) mine.connect(port);
        waiting = [];
      } else if (notice.type === 'running') tellRunning(notice.sites);
      else if (notice.type === 'print') listener.print(notice, mine.send);
      else if (notice.type === 'program') below.take(notice.ask);
      else if (notice.type === 'failed') listener.failed(notice.problem);
    });
    void mine.ended.then(() => {
      void below.gone();
      if (stopping || door !== mine) return;
      ready = undefined;
      tellRunning([]);
      listener.lost();
      failures = Date.now() - began > soundMs ? 0 : failures + 1;
      if (failures >= attempts) listener.failed('the engine ended again and again');
      else setTimeout(() => !stopping && open(), pauseMs * 2 ** failures);
    });
    mine.send({ type: 'start', home: settings.home, scripts: settings.scripts, passphrases: passphrases() });
  };

  open();
  return {
    connect: (port) => {
      if (ready === undefined) waiting.push(port);
      else ready.connect(port);
    },
    running: () => running,
    stop: async () => {
      stopping = true;
      if (door === undefined) return;
      door.send({ type: 'stop' });
      const limit = setTimeout(door.kill, stopLimitMs);
      await door.ended;
      clearTimeout(limit);
      await programs?.gone();
    },
  };
}
