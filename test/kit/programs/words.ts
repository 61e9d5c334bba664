import type { HostNotice, HostRequest } from '../../../electron/engine-host/protocol.ts';
import type { openPractice, PracticeSite } from '../../../electron/practice/launch.ts';

/** What the test has the stand-in of the engine do, over a port. */
export type EngineOrder =
  | { readonly do: 'open'; readonly start: Parameters<typeof openPractice>[0] }
  | { readonly do: 'stop' };

/** What it answers. */
export type EngineWords =
  | { readonly ready: PracticeSite['ready']; readonly pid: number }
  | { readonly stopped: Awaited<PracticeSite['exited']> | undefined }
  | { readonly problem: string };

/** What the test tells the small shell. */
export type ShellOrder =
  | { readonly do: 'port'; readonly data: string }
  | { readonly do: 'send'; readonly request: HostRequest }
  | { readonly do: 'kill' };

/** What the small shell tells the test. */
export type ShellWords =
  | { readonly from: 'notice'; readonly notice: HostNotice }
  | { readonly from: 'port'; readonly data: string }
  | { readonly from: 'ended' }
  /** All programs of the ended engine are gone, too. */
  | { readonly from: 'gone' };
