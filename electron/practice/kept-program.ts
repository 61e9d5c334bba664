import { type ChildProcess, spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { Program, ProgramDoor } from '../programs/door.ts';
import { entryFile } from '../programs/entry.ts';
import type { OutputStream, ProgramExit } from '../programs/protocol.ts';
import type { KeptCommand } from './keeper.ts';

/** A program that the keeper has started. */
export type KeptProgram = {
  readonly pid: number;
  /** Every line of both streams; to be asked for at once. */
  readonly onLine: (take: (line: string, stream: OutputStream) => void) => void;
  /** Resolves as soon as its process has ended. */
  readonly gone: Promise<void>;
  /** Resolves when its last lines have been told, too. */
  readonly exited: Promise<ProgramExit>;
  /** SIGKILL goes to everything that it started as well, where it leads a process group. */
  readonly signal: (signal: NodeJS.Signals) => void;
};

/** How long output is awaited after a program's end; a grandchild may hold the pipe open, ms. */
const outputGraceMs = 200;
const longestLine = 65_536;

/** Starts a program as a child process. Rejects when it cannot be started. */
export async function startChild(command: KeptCommand): Promise<KeptProgram> {
  const owner = process.platform === 'win32' ? {} : { uid: command.uid, gid: command.gid };
  const child = spawn(typeof command.file === 'string' ? command.file : process.execPath, command.args, {
    cwd: command.cwd,
    env: { ...command.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    // A process group of its own, so that the program's own children can be ended with it.
    detached: process.platform !== 'win32',
    ...(owner.uid === undefined ? {} : { uid: owner.uid }),
    ...(owner.gid === undefined ? {} : { gid: owner.gid }),
  });
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  const exit = new Promise<ProgramExit>((done) => child.once('exit', (code, signal) => done({ code, signal })));
  await new Promise<void>((started, refused) => {
    child.once('spawn', started);
    child.on('error', refused);
  });
  return {
    pid: child.pid!,
    onLine: (take) => {
      for (const stream of ['stdout', 'stderr'] as const) {
        createInterface({ input: child[stream]!, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
          take(line.slice(0, longestLine), stream),
        );
      }
    },
    gone: exit.then(() => undefined),
    exited: exit.then(async (how) => {
      await Promise.race([closed, wait(outputGraceMs)]);
      return how;
    }),
    signal: (signal) => {
      if (signal !== 'SIGKILL' || !killGroup(child)) child.kill(signal);
    },
  };
}

/** Starts a script on the desktop's own Node, below the shell. Rejects when it cannot be started. */
export async function startBelowShell(run: ProgramDoor, command: KeptCommand): Promise<KeptProgram> {
  const at = command.args.findIndex((word) => !word.startsWith('-'));
  const script = command.args[at];
  if (script === undefined) throw new Error('no script was named for node');
  const program: Program = run({
    script: entryFile(import.meta.url, './pod-main.ts', './pod.mjs'),
    args: [resolve(command.cwd, script), ...command.args.slice(at + 1)],
    options: command.args.slice(0, at),
    env: command.env,
    cwd: command.cwd,
    output: 'lines',
    speaks: false,
  });
  const lines: { readonly line: string; readonly stream: OutputStream }[] = [];
  program.onLine((line, stream) => void lines.push({ line, stream }));
  return {
    pid: await program.started,
    onLine: (take) => {
      program.onLine(take);
      for (const { line, stream } of lines.splice(0)) take(line, stream);
    },
    gone: program.exited.then(() => undefined),
    exited: program.exited,
    signal: program.signal,
  };
}

/** True when the group took the signal. */
function killGroup(child: ChildProcess): boolean {
  if (process.platform === 'win32' || child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, 'SIGKILL');
  } catch {
    return false;
  }
}
