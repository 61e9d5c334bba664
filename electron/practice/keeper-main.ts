/**
 * Entry of the keeper process: it owns every foreign program of the practice site. When its channel to the practice
 * process closes, by order or because that process was killed, all programs are ended and it ends itself.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import type { KeeperNotice, KeeperRequest, KeptCommand } from './keeper.ts';

/** Time that programs get to end in good order when everything ends, ms. */
const lastGraceMs = 1500;
/** How long output is awaited after a program's end; a grandchild may hold the pipe open, ms. */
const outputGraceMs = 200;

type Program = { readonly child: ChildProcess; readonly stopSignal: NodeJS.Signals; readonly gone: Promise<void> };
const programs = new Map<number, Program>();
let ending = false;

process.on('message', (message) => handle(message as KeeperRequest));
process.on('disconnect', () => void end());
// The practice process decides when to end, so that the database can be shut down in order first.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void end());

function handle(request: KeeperRequest): void {
  switch (request.type) {
    case 'spawn':
      start(request.id, request.command);
      break;
    case 'kill':
      void endProgram(request.id, request.signal, request.graceMs);
      break;
    case 'signal':
      deliver(programs.get(request.id)?.child, request.signal);
      break;
    case 'stop':
      void end();
  }
}

function start(id: number, command: KeptCommand): void {
  const refuse = (problem: string) => tell({ type: 'refused', id, problem });
  if (ending) {
    refuse('the practice site is ending');
    return;
  }
  const owner = process.platform === 'win32' ? {} : { uid: command.uid, gid: command.gid };
  let child: ChildProcess;
  try {
    child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: { ...command.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      // A process group of its own, so that the program's own children can be ended with it.
      detached: process.platform !== 'win32',
      ...(owner.uid === undefined ? {} : { uid: owner.uid }),
      ...(owner.gid === undefined ? {} : { gid: owner.gid }),
    });
  } catch (error) {
    refuse(error instanceof Error ? error.message : String(error));
    return;
  }
  const gone = Promise.withResolvers<void>();
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  child.once('error', (error) => {
    gone.resolve();
    if (child.pid === undefined) refuse(error.message);
  });
  child.once('spawn', () => {
    programs.set(id, { child, stopSignal: command.stopSignal ?? 'SIGTERM', gone: gone.promise });
    tell({ type: 'spawned', id, pid: child.pid! });
    for (const stream of ['stdout', 'stderr'] as const) {
      createInterface({ input: child[stream]!, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) =>
        tell({ type: 'line', id, stream, line: line.slice(0, 65_536) }),
      );
    }
  });
  child.once('exit', async (code, signal) => {
    gone.resolve();
    await Promise.race([closed, wait(outputGraceMs)]);
    programs.delete(id);
    tell({ type: 'exit', id, code, signal });
  });
}

async function endProgram(id: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const program = programs.get(id);
  if (program === undefined) return;
  deliver(program.child, signal);
  await Promise.race([program.gone, wait(graceMs, undefined, { ref: false })]);
  if (program.child.exitCode === null && program.child.signalCode === null) deliver(program.child, 'SIGKILL');
  // What the program left behind in its process group ends with it.
  else deliverToGroup(program.child, 'SIGKILL');
  await program.gone;
}

function deliver(child: ChildProcess | undefined, signal: NodeJS.Signals): void {
  if (child === undefined) return;
  if (signal === 'SIGKILL' && deliverToGroup(child, signal)) return;
  child.kill(signal);
}

/** True when the group took the signal. */
function deliverToGroup(child: ChildProcess, signal: NodeJS.Signals): boolean {
  if (process.platform === 'win32' || child.pid === undefined) return false;
  try {
    return process.kill(-child.pid, signal);
  } catch {
    return false;
  }
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.all([...programs].map(([id, program]) => endProgram(id, program.stopSignal, lastGraceMs)));
  process.exit(0);
}

function tell(notice: KeeperNotice): void {
  if (process.connected) process.send!(notice, () => undefined);
}
