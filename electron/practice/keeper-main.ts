/**
 * Entry of the keeper process: it owns every foreign program of the practice site. When its line to the practice process
 * closes, by order or because that process was killed, all programs are ended and it ends itself.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { openParentLine } from '../programs/parent-line.ts';
import type { KeeperNotice, KeeperRequest, KeptCommand } from './keeper.ts';
import { type KeptProgram, startBelowShell, startChild } from './kept-program.ts';

/** Time that programs get to end in good order when everything ends, ms. */
const lastGraceMs = 1500;

type Kept = { readonly program: KeptProgram; readonly stopSignal: NodeJS.Signals };
const programs = new Map<number, Kept>();
const starting = new Set<Promise<void>>();
const parent = openParentLine();
let ending = false;

parent.onMessage((message) => handle(message as KeeperRequest));
parent.onGone(() => void end());
// The practice process decides when to end, so that the database can be shut down in order first.
process.on('SIGINT', () => undefined);
process.on('SIGHUP', () => undefined);
process.on('SIGTERM', () => void end());

function handle(request: KeeperRequest): void {
  switch (request.type) {
    case 'spawn': {
      const start = begin(request.id, request.command);
      starting.add(start);
      void start.finally(() => starting.delete(start));
      break;
    }
    case 'kill':
      void endProgram(request.id, request.signal, request.graceMs);
      break;
    case 'signal':
      programs.get(request.id)?.program.signal(request.signal);
      break;
    case 'stop':
      void end();
  }
}

async function begin(id: number, command: KeptCommand): Promise<void> {
  try {
    if (ending) throw new Error('the practice site is ending');
    const below = typeof command.file !== 'string' && parent.shell;
    const program = await (below ? startBelowShell(parent.run, command) : startChild(command));
    programs.set(id, { program, stopSignal: command.stopSignal ?? 'SIGTERM' });
    tell({ type: 'spawned', id, pid: program.pid });
    program.onLine((line, stream) => tell({ type: 'line', id, stream, line }));
    void program.exited.then(({ code, signal }) => {
      programs.delete(id);
      tell({ type: 'exit', id, code, signal });
    });
  } catch (error) {
    tell({ type: 'refused', id, problem: error instanceof Error ? error.message : String(error) });
  }
}

async function endProgram(id: number, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  const program = programs.get(id)?.program;
  if (program === undefined) return;
  program.signal(signal);
  await Promise.race([program.gone, wait(graceMs, undefined, { ref: false })]);
  // Also when it has ended: what it left behind in its process group ends with it.
  program.signal('SIGKILL');
  await program.gone;
}

async function end(): Promise<void> {
  if (ending) return;
  ending = true;
  await Promise.all(starting);
  await Promise.all([...programs].map(([id, { stopSignal }]) => endProgram(id, stopSignal, lastGraceMs)));
  process.exit(0);
}

function tell(notice: KeeperNotice): void {
  parent.send(notice);
}
