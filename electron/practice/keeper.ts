import { entryFile } from '../programs/entry.ts';
import type { ParentLine } from '../programs/parent-line.ts';
import type { OutputStream, ProgramExit } from '../programs/protocol.ts';

/** One foreign program to run. No shell is involved. */
export type KeptCommand = {
  /** `node` is the Node that this program runs on itself; the first of `args` that is no option is its script then. */
  readonly file: string | { readonly node: true };
  readonly args: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  /** POSIX only, and only when started as root. */
  readonly uid?: number;
  readonly gid?: number;
  /** What asks it to end in good order when the keeper has to end it; default SIGTERM. */
  readonly stopSignal?: 'SIGTERM' | 'SIGINT';
};

export type KeptExit = ProgramExit;

/** A program that ends with the practice process, however that one ends. */
export type KeptProcess = {
  readonly pid: number;
  /** Every line of stdout and stderr from the start on; lines that came before the call are given at once. */
  onLine(listener: (line: string, stream: OutputStream) => void): void;
  /** Resolves once; never rejects. */
  readonly exited: Promise<KeptExit>;
  /** Sends the signal, and SIGKILL when the program still runs `graceMs` later; resolves when it has ended. */
  kill(signal: 'SIGTERM' | 'SIGINT' | 'SIGKILL' | 'SIGHUP', graceMs: number): Promise<KeptExit>;
  /** Sends a signal that is not meant to end the program. */
  signal(signal: 'SIGHUP' | 'SIGUSR1' | 'SIGUSR2'): void;
};

/** The one small process that owns every foreign program of the practice site. */
export type Keeper = {
  /** Rejects when the program cannot be started (missing file, no right). */
  spawn(command: KeptCommand): Promise<KeptProcess>;
  /** Ends every program and the keeper itself. */
  stop(): Promise<void>;
};

/** What the practice process asks of the keeper. `id` names one program. */
export type KeeperRequest =
  | { readonly type: 'spawn'; readonly id: number; readonly command: KeptCommand }
  | { readonly type: 'kill'; readonly id: number; readonly signal: NodeJS.Signals; readonly graceMs: number }
  | { readonly type: 'signal'; readonly id: number; readonly signal: NodeJS.Signals }
  | { readonly type: 'stop' };

/** What the keeper tells the practice process. */
export type KeeperNotice =
  | { readonly type: 'spawned'; readonly id: number; readonly pid: number }
  | { readonly type: 'refused'; readonly id: number; readonly problem: string }
  | { readonly type: 'line'; readonly id: number; readonly stream: OutputStream; readonly line: string }
  | { readonly type: 'exit'; readonly id: number; readonly code: number | null; readonly signal: string | null };

type Line = { readonly line: string; readonly stream: OutputStream };
type Kept = {
  pid: number;
  readonly lines: Line[];
  listener: ((line: string, stream: OutputStream) => void) | undefined;
  readonly started: PromiseWithResolvers<number>;
  readonly exited: PromiseWithResolvers<KeptExit>;
};

/** Lines kept for a program until somebody listens; older ones are dropped. */
const keptLines = 1000;

/**
 * Starts the keeper process. It ends with this process, however this one ends, and takes every program with it.
 * `keeperLost` is called when it ends without having been asked; its programs are ended then, too.
 */
export function startKeeper(run: ParentLine['run'], keeperLost: (problem: string) => void): Keeper {
  const child = run({
    script: entryFile(import.meta.url, './keeper-main.ts', './keeper.mjs'),
    // A copy: the real one cannot pass a port.
    env: { ...process.env } as Record<string, string>,
    output: 'parent',
    speaks: true,
  });
  const programs = new Map<number, Kept>();
  const ended = Promise.withResolvers<void>();
  let lastId = 0;
  let stopping = false;

  const send = (request: KeeperRequest) => child.send(request);

  child.onMessage((message) => {
    const notice = message as KeeperNotice;
    const program = programs.get(notice.id);
    if (program === undefined) return;
    switch (notice.type) {
      case 'spawned':
        program.pid = notice.pid;
        program.started.resolve(notice.pid);
        return;
      case 'refused':
        programs.delete(notice.id);
        program.started.reject(new Error(notice.problem));
        return;
      case 'line':
        if (program.listener !== undefined) program.listener(notice.line, notice.stream);
        else if (program.lines.push(notice) > keptLines) program.lines.shift();
        return;
      case 'exit':
        programs.delete(notice.id);
        program.exited.resolve({ code: notice.code, signal: notice.signal });
    }
  });
  void child.exited.then(({ code, signal }) => {
    for (const program of programs.values()) {
      program.started.reject(new Error('the keeper process has ended'));
      if (program.pid !== 0) endOrphan(program.pid);
      program.exited.resolve({ code: null, signal: 'SIGKILL' });
    }
    programs.clear();
    ended.resolve();
    if (!stopping) keeperLost(`the keeper process ended (${signal ?? code})`);
  });

  return {
    async spawn(command) {
      if (!child.isThere()) throw new Error('the keeper process has ended');
      lastId += 1;
      const id = lastId;
      const program: Kept = {
        pid: 0,
        lines: [],
        listener: undefined,
        started: Promise.withResolvers(),
        exited: Promise.withResolvers(),
      };
      programs.set(id, program);
      send({ type: 'spawn', id, command });
      const pid = await program.started.promise;
      return {
        pid,
        exited: program.exited.promise,
        onLine(listener) {
          program.listener = listener;
          for (const kept of program.lines.splice(0)) listener(kept.line, kept.stream);
        },
        kill(signal, graceMs) {
          send({ type: 'kill', id, signal, graceMs });
          return program.exited.promise;
        },
        signal: (signal) => send({ type: 'signal', id, signal }),
      };
    },
    async stop() {
      stopping = true;
      send({ type: 'stop' });
      await ended.promise;
    },
  };
}

/** Last resort when the keeper itself was killed: the program leads a process group of its own on POSIX. */
function endOrphan(pid: number): void {
  for (const target of process.platform === 'win32' ? [pid] : [-pid, pid]) {
    try {
      process.kill(target, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}
