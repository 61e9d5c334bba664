import { type ChildProcess, fork } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { OutputStream, ProgramExit, ProgramToRun } from './protocol.ts';

/** A Node program in a process of its own, seen from its parent. */
export type Program = {
  /** Number of its process. Rejects when it cannot be started. */
  readonly started: Promise<number>;
  /** False once it has ended. */
  readonly isThere: () => boolean;
  /** Dropped when the program has ended. */
  readonly send: (message: unknown) => void;
  readonly onMessage: (take: (message: unknown) => void) => void;
  /** Of a program whose output is `lines`. */
  readonly onLine: (take: (line: string, stream: OutputStream) => void) => void;
  readonly signal: (signal: NodeJS.Signals) => void;
  /** Resolves once; never rejects. */
  readonly exited: Promise<ProgramExit>;
};

/** The one way to start a Node program: child processes of Node, or in the desktop utility processes of the shell. */
export type ProgramDoor = (program: ProgramToRun) => Program;

/** Starts programs as child processes of this Node. They speak; their output goes to a file or to where this one's goes. */
export const nodeDoor: ProgramDoor = (program) => {
  const file = typeof program.output === 'object' ? openSync(program.output.file, 'a', 0o600) : undefined;
  const output = file ?? 'inherit';
  let child: ChildProcess;
  try {
    child = fork(program.script, program.args ?? [], {
      execPath: process.execPath,
      execArgv: [...(program.options ?? [])],
      env: { ...program.env },
      ...(program.cwd !== undefined && { cwd: program.cwd }),
      serialization: 'json',
      stdio: ['ignore', output, output, 'ipc'],
      // A session of its own: a Ctrl-C at the terminal is the parent's to handle, who may end its work in good order first.
      detached: process.platform !== 'win32',
    });
  } finally {
    if (file !== undefined) closeSync(file);
  }
  const started = Promise.withResolvers<number>();
  started.promise.catch(() => undefined);
  const exited = Promise.withResolvers<ProgramExit>();
  child.once('spawn', () => started.resolve(child.pid!));
  child.on('error', (error) => {
    if (child.pid !== undefined) return;
    started.reject(error);
    exited.resolve({ code: null, signal: null });
  });
  child.once('exit', (code, signal) => exited.resolve({ code, signal }));
  return {
    started: started.promise,
    isThere: () => child.connected,
    send: (message) => {
      if (child.connected) child.send(message as object, () => undefined);
    },
    onMessage: (take) => void child.on('message', take),
    onLine: () => undefined,
    signal: (signal) => void child.kill(signal),
    exited: exited.promise,
  };
};
