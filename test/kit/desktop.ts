import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/message-port';
import type { ContractRouterClient } from '@orpc/contract';
import type { Page } from '@playwright/test';
import { buildDesktop } from '../../build/desktop.ts';
import type { Contract } from '../../electron/contract/calls.ts';
import type { ShellBridge } from '../../electron/contract/shell.ts';
import { channels } from '../../electron/contract/shell-channels.ts';
import { type Desktop, type ElectronRuntime, findElectron, openDisplay, startDesktop } from './electron.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a test of the shell needs: a runtime, a display, the built shell and wizard, an empty data folder. */
export type DesktopRoom = {
  readonly runtime: ElectronRuntime;
  readonly display: string | undefined;
  readonly home: string;
  readonly start: () => Promise<Desktop>;
  readonly close: () => void;
};

/** The room, or why there is none. With `SITEWRIGHT_DESKTOP=1`, and in CI, a missing part is an error. */
export async function openDesktopRoom(): Promise<DesktopRoom | { readonly skipped: string }> {
  try {
    const runtime = await findElectron();
    execFileSync(process.execPath, [join(root, 'build', 'renderer.ts')], { stdio: 'pipe' });
    await buildDesktop();
    const { name: display, close } = await openDisplay();
    const home = mkdtempSync(join(tmpdir(), 'sitewright-desktop-'));
    return {
      runtime,
      display,
      home,
      start: () => startDesktop({ runtime, display, home }),
      close: () => {
        close();
        rmSync(home, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      },
    };
  } catch (error) {
    const skipped = `the desktop cannot be started here: ${error instanceof Error ? error.message : String(error)}`;
    if (process.env.CI === 'true' || process.env.SITEWRIGHT_DESKTOP === '1') throw new Error(skipped, { cause: error });
    return { skipped };
  }
}

declare global {
  // What the page has; these names are of its world.
  var sitewright: ShellBridge;
  var testPort: { postMessage(data: string): void };
  var fromPort: (data: string) => void;
}

const listeners = new WeakMap<Page, (event: { readonly data: string }) => void>();

/** The contract through a second port of the window's own bridge. */
export async function clientThrough(page: Page): Promise<ContractRouterClient<Contract>> {
  // The page's door back is made once; the newest client has it.
  if (!listeners.has(page)) await page.exposeFunction('fromPort', (data: string) => listeners.get(page)?.({ data }));
  listeners.set(page, () => undefined);
  await page.evaluate(async (channel) => {
    const scope = globalThis as unknown as {
      addEventListener(type: string, listener: (event: { data: unknown; ports: [TestPort] }) => void): void;
    };
    type TestPort = { onmessage: (event: { data: string }) => void; postMessage(data: string): void; close(): void };
    await new Promise<void>((resolve) => {
      scope.addEventListener('message', ({ data, ports }) => {
        if (data !== channel) return;
        const [port] = ports;
        port.onmessage = (event) => globalThis.fromPort(event.data);
        globalThis.testPort = port;
        scope.addEventListener('pagehide', () => port.close());
        resolve();
      });
      globalThis.sitewright.connect();
    });
  }, channels.port);
  const port = {
    addEventListener: (type: string, listener: (event: { readonly data: string }) => void) => {
      if (type === 'message') listeners.set(page, listener);
    },
    postMessage: (data: string) =>
      void page.evaluate((words) => globalThis.testPort.postMessage(words), data).catch(() => undefined),
  };
  return createORPCClient(new RPCLink({ port: port as never }));
}
