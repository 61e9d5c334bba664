/**
 * What passes between the desktop shell and the processes below it that need Node programs of their own. A packaged Electron
 * starts no plain Node, and only the shell can fork utility processes: so it does that on their behalf. Plain data.
 */

/** A Node program to run. */
export type ProgramToRun = {
  readonly script: string;
  readonly args?: readonly string[];
  /** Options of Node itself. */
  readonly options?: readonly string[];
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** `lines` come to the asker; a file is appended to; `parent` is where the asker's own output goes. */
  readonly output: 'lines' | 'parent' | { readonly file: string };
  /** Whether it knows its parent and ends by itself when that one is gone; a program that does not is killed then. */
  readonly speaks: boolean;
};

export type ProgramExit = { readonly code: number | null; readonly signal: string | null };

/** What an asker wants; `id` is its own number of the program. */
export type ProgramAsk =
  | { readonly do: 'fork'; readonly id: number; readonly program: ProgramToRun }
  | { readonly do: 'send'; readonly id: number; readonly data: unknown }
  | { readonly do: 'signal'; readonly id: number; readonly signal: NodeJS.Signals };

/** What the asker is told of its program. */
export type ProgramTold =
  | { readonly id: number; readonly what: 'started'; readonly pid: number }
  | { readonly id: number; readonly what: 'refused'; readonly problem: string }
  | { readonly id: number; readonly what: 'message'; readonly data: unknown }
  | { readonly id: number; readonly what: 'line'; readonly stream: OutputStream; readonly line: string }
  | { readonly id: number; readonly what: 'exit'; readonly exit: ProgramExit };

export type OutputStream = 'stdout' | 'stderr';

/** What the shell tells a program that it forked for another one. */
export type ShellToProgram =
  | { readonly type: 'parent'; readonly data: unknown }
  | { readonly type: 'parent-gone' }
  | { readonly type: 'program'; readonly told: ProgramTold };

/** What such a program tells the shell. */
export type ProgramToShell =
  | { readonly type: 'parent'; readonly data: unknown }
  | { readonly type: 'program'; readonly ask: ProgramAsk };
