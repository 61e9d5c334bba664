import type { ProgramAsk, ProgramTold } from '../programs/protocol.ts';

/** Messages between the shell and the engine's process. Plain data: they pass a child process's channel as JSON. */

/** What the shell tells the engine's process. */
export type HostRequest =
  | {
      readonly type: 'start';
      /** Data folder. */
      readonly home: string;
      /** Folder of the installer scripts. */
      readonly scripts: string;
      /** Passphrases that the keyring keeps, by site. Memory only. */
      readonly passphrases: Readonly<Record<string, string>>;
    }
  /** A window's port: transferred with the message where that is possible, else relayed by `frame`. */
  | { readonly type: 'connect'; readonly port: number }
  | HostFrame
  | { readonly type: 'disconnect'; readonly port: number }
  | {
      readonly type: 'printed';
      readonly id: number;
      readonly result: { readonly value: unknown } | { readonly problem: string };
    }
  /** What becomes of a program that the engine has run. */
  | { readonly type: 'program'; readonly told: ProgramTold }
  | { readonly type: 'stop' };

/** One message of the contract's transport. */
export type HostFrame = { readonly type: 'frame'; readonly port: number; readonly data: string };

/** What the engine's process tells the shell. */
export type HostNotice =
  | { readonly type: 'ready' }
  | { readonly type: 'failed'; readonly problem: string }
  | HostFrame
  /** Sites whose run is at work. */
  | { readonly type: 'running'; readonly sites: readonly string[] }
  | { readonly type: 'print'; readonly id: number; readonly call: PrintCall }
  /** A Node program that the engine needs: it cannot start one itself. */
  | { readonly type: 'program'; readonly ask: ProgramAsk };

/** What the engine asks of the shell's printer; `page` numbers a page that was opened. */
export type PrintCall =
  | { readonly do: 'version' }
  | { readonly do: 'open'; readonly file: string }
  | { readonly do: 'evaluate'; readonly page: number; readonly expression: string }
  | { readonly do: 'pdf'; readonly page: number; readonly options: object }
  | { readonly do: 'close'; readonly page: number };
