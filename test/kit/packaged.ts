import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractAll } from '@electron/asar';
import { type Browser, chromium, type Page } from '@playwright/test';
import { packDesktop } from '../../build/package.ts';
import type { Staged } from '../../build/packaging/stage.ts';
import { findElectron } from './electron.ts';


/** The program packed into a folder on the runtime that tests can have. */
export type Packed = {
  readonly staged: Staged;
  readonly program: string;
  readonly archive: string;
  /** The archive's content as plain files: what is shipped, for a Node that knows no archives. */
  readonly content: string;
  readonly remove: () => void;
};

/** Packs the desktop for a test. Throws with the reason where no runtime can be had. */
export async function packForTest(): Promise<Packed> {
  const runtime = dirname(findElectron().program);
  const output = mkdtempSync(join(tmpdir(), 'sitewright-packed-'));
  const staged = await packDesktop({ dir: true, output, runtime, lab: true });
  const folder = join(output, 'linux-unpacked');
  const archive = join(folder, 'resources', 'app.asar');
  const content = join(output, 'content');
  extractAll(archive, content);
  return {
    staged,
    program: join(folder, 'sitewright'),
    archive,
    content,
    remove: () => rmSync(output, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }),
  };
}

/** The running packed program and its window, seen through the window's debugging port. */
export type RunningPacked = { readonly page: Page; readonly close: () => Promise<void> };

/** Starts it on a data folder; the engine is the packed one, under this Node. */
export async function startPacked(packed: Packed, home: string, display: string | undefined): Promise<RunningPacked> {
  const child = spawn(packed.program, ['--no-sandbox', '--remote-debugging-port=0', `--data=${home}`], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      ...process.env,
      ...(display && { DISPLAY: display }),
      SITEWRIGHT_TEST_NODE: process.execPath,
      SITEWRIGHT_TEST_ENGINE: join(packed.content, 'dist', 'desktop', 'engine.mjs'),
      // The packed program prints itself; a browser of the machine would do, too.
      SITEWRIGHT_BROWSER: join(home, 'no-browser'),
    },
  });
  const address = await listening(child);
  const browser: Browser = await chromium.connectOverCDP(address);
  const context = browser.contexts()[0]!;
  const page = context.pages()[0] ?? (await context.waitForEvent('page'));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    page,
    close: async () => {
      await page.evaluate('window.close()').catch(() => undefined);
      const limit = setTimeout(() => child.kill('SIGKILL'), 15_000);
      await ended;
      clearTimeout(limit);
      await browser.close().catch(() => undefined);
    },
  };
}

function listening(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let heard = '';
    child.once('exit', (code) => reject(new Error(`the packed program ended (${code}): ${heard.slice(-2000)}`)));
    child.stderr!.on('data', (chunk: Buffer) => {
      heard += chunk.toString('utf8');
      const [, address] = /DevTools listening on (ws:\S+)/.exec(heard) ?? [];
      if (address !== undefined) resolve(address);
    });
  });
}

export function isIn(content: string, path: string): boolean {
  return existsSync(join(content, path));
}

