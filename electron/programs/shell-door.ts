import type { Program, ProgramDoor } from './door.ts';
import type { OutputStream, ProgramAsk, ProgramExit, ProgramTold } from './protocol.ts';

/** Programs that the desktop shell forks on this process's behalf. */
export type ShellDoor = {
  readonly run: ProgramDoor;
  /** Takes what the shell tells. */
  readonly told: (told: ProgramTold) => void;
};

type Forked = {
  readonly started: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<ProgramExit>;
  message: (message: unknown) => void;
  line: (line: string, stream: OutputStream) => void;
};

/** The door of a process that speaks with the shell by `ask`. */
export function shellDoor(ask: (ask: ProgramAsk) => void): ShellDoor {
  const programs = new Map<number, Forked>();
  let last = 0;
  return {
    run: (program): Program => {
      last += 1;
      const id = last;
      const forked: Forked = {
        started: Promise.withResolvers(),
        exited: Promise.withResolvers(),
        message: () => undefined,
        line: () => undefined,
      };
      forked.started.promise.catch(() => undefined);
      programs.set(id, forked);
      ask({ do: 'fork', id, program });
      const ifThere = (wanted: ProgramAsk) => {
        if (programs.has(id)) ask(wanted);
      };
      return {
        started: forked.started.promise,
        isThere: () => programs.has(id),
        send: (data) => ifThere({ do: 'send', id, data }),
        onMessage: (take) => {
          forked.message = take;
        },
        onLine: (take) => {
          forked.line = take;
        },
        signal: (signal) => ifThere({ do: 'signal', id, signal }),
        exited: forked.exited.promise,
      };
    },
    told: (told) => {
      const forked = programs.get(told.id);
      if (forked === undefined) return;
      switch (told.what) {
        case 'started':
          return forked.started.resolve(told.pid);
        case 'message':
          return forked.message(told.data);
        case 'line':
          return forked.line(told.line, told.stream);
        case 'refused':
          programs.delete(told.id);
          forked.started.reject(new Error(told.problem));
          return forked.exited.resolve({ code: null, signal: null });
        case 'exit':
          programs.delete(told.id);
          forked.started.reject(new Error('the program ended before it had started'));
          return forked.exited.resolve(told.exit);
      }
    },
  };
}
