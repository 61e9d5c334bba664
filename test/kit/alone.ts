import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { orSkipped, unpackDebianPackages } from './debian.ts';

/** What a program did that ran on a machine whose network leads nowhere. */
export type AloneRun = {
  readonly status: number;
  /** What it said on stdout and stderr. */
  readonly said: string;
  /** Packets that it sent anywhere but to itself, as tcpdump tells them: names that it asked for, connections that it tried. */
  readonly left: readonly string[];
};

/** A room without a way out, where every try to leave is seen. */
export type AloneRoom = { readonly run: (file: string, args?: readonly string[]) => Promise<AloneRun> };

/** The room, or why there is none; with CI=true that is an error instead. */
export function openAloneRoom(): Promise<AloneRoom | { readonly skipped: string }> {
  return orSkipped(open, 'no network namespace');
}

async function open(): Promise<AloneRoom> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) throw new Error('needs root on Linux');
  // A kernel or a container may refuse either.
  execFileSync('unshare', ['--net', '--mount', 'ip', 'link', 'add', 'out', 'type', 'veth', 'peer', 'sink'], {
    stdio: 'pipe',
  });
  const { root, libraries } = await unpackDebianPackages('tcpdump', ['tcpdump', 'libpcap0.8']);
  return {
    run: async (file, args = []) => {
      const main = fileURLToPath(new URL('alone-main.ts', import.meta.url));
      const child = spawn('unshare', ['--net', '--mount', process.execPath, main, file, ...args], {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: {
          ...process.env,
          SITEWRIGHT_TCPDUMP: join(root, 'usr/bin/tcpdump'),
          SITEWRIGHT_TCPDUMP_LIBRARIES: libraries,
        },
      });
      const [words, [status]] = await Promise.all([text(child.stdout), once(child, 'close')]);
      if (status !== 0) throw new Error(`the namespace was not made (${status})`);
      return JSON.parse(words) as AloneRun;
    },
  };
}
