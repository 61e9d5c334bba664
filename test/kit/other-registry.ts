import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../electron/practice/free-port.ts';
import { orSkipped } from './debian.ts';
import { goProgram } from './go.ts';
import { answering } from './registry.ts';

/** Registries that share no code with distribution: each has its own reading of the specification. */
export const otherRegistries = ['crane', 'olareg'] as const;
export type OtherRegistry = (typeof otherRegistries)[number];

const command: Readonly<Record<OtherRegistry, (port: number, folder: string) => readonly string[]>> = {
  crane: (port, folder) => ['registry', 'serve', '--address', `127.0.0.1:${port}`, '--disk', folder],
  olareg: (port, folder) => [
    ...['serve', '--addr', '127.0.0.1', '--port', String(port), '--dir', folder],
    ...['--api-delete', '--api-blob-delete'],
  ],
};

/** Starts one on a free port of loopback, over plain HTTP. `skipped` says why there is none; with CI=true that is an error instead. */
export function startOtherRegistry(
  name: OtherRegistry,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> } | { readonly skipped: string }> {
  return orSkipped(async () => {
    const program = await goProgram(name);
    const folder = mkdtempSync(join(tmpdir(), `sitewright-${name}-`));
    const port = await freePort();
    const child = spawn(program, command[name](port, folder), { stdio: 'ignore' });
    const stop = async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      rmSync(folder, { recursive: true, force: true });
    };
    await answering(port, child).catch(async (error: unknown) => {
      await stop();
      throw error;
    });
    return { url: `http://127.0.0.1:${port}`, stop };
  }, `no ${name}`);
}
