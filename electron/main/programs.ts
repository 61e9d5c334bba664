import { createWriteStream, existsSync, type WriteStream } from 'node:fs';
import { constants } from 'node:os';
import { createInterface } from 'node:readline';
import { type UtilityProcess, utilityProcess } from 'electron';
import type {
  ProgramAsk,
  ProgramExit,
  ProgramTold,
  ProgramToRun,
  ProgramToShell,
  ShellToProgram,
} from '../programs/protocol.ts';

/** The shell's side of one process that has programs run: the engine, or one of those programs itself. */
export type Asker = {
  readonly take: (ask: ProgramAsk) => void;
  /** The asker has ended: its programs are told, and killed where they do not end. Resolves when all are gone. */
  readonly gone: () => Promise<void>;
};

type Running = {
  readonly child: UtilityProcess;
  readonly speaks: boolean;
  readonly over: Promise<void>;
  /** The last signal that was sent to it. */
  signal: NodeJS.Signals | undefined;
};

/** Time that a program has to end after its asker, ms; the practice servers take three seconds at most. */
const graceMs = 4000;
/** How long output is awaited after a program's end, ms. */
const outputGraceMs = 200;
const longestLine = 65_536;

/** Runs programs for one asker as utility processes. `output` is the file where the asker's own output goes. */
export function openAsker(tell: (told: ProgramTold) => void, output?: string): Asker {
  const programs = new Map<number, Running>();

  const fork = (id: number, program: ProgramToRun): void => {
    if (!existsSync(program.script)) throw new Error(`${program.script} is not there`);
    const file = program.output === 'parent' ? output : program.output === 'lines' ? undefined : program.output.file;
    const child = utilityProcess.fork(program.script, [...(program.args ?? [])], {
      serviceName: 'Sitewright program',
      env: { ...program.env },
      execArgv: [...(program.options ?? [])],
      ...(program.cwd !== undefined && { cwd: program.cwd }),
      stdio: program.output === 'parent' && file === undefined ? 'inherit' : 'pipe',
    });
    const written = file === undefined ? undefined : createWriteStream(file, { flags: 'a', mode: 0o600 });
    written?.on('error', () => undefined);
    const read = follow(child, written, (stream, line) => {
      if (program.output === 'lines') tell({ id, what: 'line', stream, line });
    });
    const post = (words: ShellToProgram) => child.postMessage(words);
    const asker = program.speaks ? openAsker((told) => post({ type: 'program', told }), file) : undefined;
    const over = new Promise<void>((resolve) => {
      child.once('exit', async (code) => {
        const below = asker?.gone();
        await Promise.race([read, wait(outputGraceMs)]);
        programs.delete(id);
        written?.end();
        tell({ id, what: 'exit', exit: exitOf(code, running.signal) });
        await below;
        resolve();
      });
    });
    const running: Running = { child, speaks: program.speaks, over, signal: undefined };
    programs.set(id, running);

    child.once('spawn', () => tell({ id, what: 'started', pid: child.pid! }));
    // A program that does not speak is of a release: it is not heard at all.
    if (asker !== undefined) {
      child.on('message', (message: unknown) => {
        const words = message as ProgramToShell;
        if (words.type === 'parent') tell({ id, what: 'message', data: words.data });
        else asker.take(words.ask);
      });
    }
    // Without a listener the shell itself would end on it; the exit follows.
    child.on('error', () => undefined);
  };

  return {
    take: (ask) => {
      if (ask.do === 'fork') {
        try {
          fork(ask.id, ask.program);
        } catch (error) {
          tell({ id: ask.id, what: 'refused', problem: error instanceof Error ? error.message : String(error) });
        }
        return;
      }
      const running = programs.get(ask.id);
      if (running === undefined) return;
      if (ask.do === 'send') running.child.postMessage({ type: 'parent', data: ask.data } satisfies ShellToProgram);
      else deliver(running, ask.signal);
    },
    gone: async () => {
      const all = [...programs.values()];
      for (const running of all) {
        if (running.speaks) running.child.postMessage({ type: 'parent-gone' } satisfies ShellToProgram);
        else deliver(running, 'SIGKILL');
      }
      const kill = setTimeout(() => {
        for (const running of programs.values()) deliver(running, 'SIGKILL');
      }, graceMs);
      await Promise.all(all.map(({ over }) => over));
      clearTimeout(kill);
    },
  };
}

function deliver(running: Running, signal: NodeJS.Signals): void {
  const { pid } = running.child;
  if (pid === undefined) return;
  running.signal = signal;
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}

/** Copies the output to the file and tells its lines; resolves when both streams have ended. */
async function follow(
  child: UtilityProcess,
  file: WriteStream | undefined,
  line: (stream: 'stdout' | 'stderr', line: string) => void,
): Promise<void> {
  await Promise.all(
    (['stdout', 'stderr'] as const).map((name) => {
      const stream = child[name];
      if (stream === null) return undefined;
      if (file !== undefined) stream.pipe(file, { end: false });
      else {
        const lines = createInterface({ input: stream, crlfDelay: Number.POSITIVE_INFINITY });
        lines.on('line', (words) => line(name, words.slice(0, longestLine)));
      }
      return new Promise<void>((resolve) => stream.once('close', () => resolve()));
    }),
  );
}

/** How a utility process ended: after a signal that it did not take itself, its code is the number of that signal. */
function exitOf(code: number, sent: NodeJS.Signals | undefined): ProgramExit {
  const killed = sent !== undefined && (process.platform === 'win32' || code === constants.signals[sent]);
  return killed ? { code: null, signal: sent } : { code, signal: null };
}

function wait(limitMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, limitMs));
}
