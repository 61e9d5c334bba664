import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { extractAll } from '@electron/asar';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';
import { _electron as electron } from '@playwright/test';
import { packDesktop } from '../../build/package.ts';
import type { Staged } from '../../build/packaging/stage.ts';
import { type Desktop, findElectron } from './electron.ts';

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
  const runtime = dirname((await findElectron()).program);
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

/**
 * Starts the packed program on a data folder; the engine is the packed one, under this Node. A test looks in by the
 * inspector, which the fuses forbid: it starts a copy of the executable with that one fuse open.
 */
export async function startPacked(packed: Packed, home: string, display: string | undefined): Promise<Desktop> {
  const inspected = `${packed.program}-inspected`;
  if (!existsSync(inspected)) {
    copyFileSync(packed.program, inspected);
    await flipFuses(inspected, {
      version: FuseVersion.V1,
      [FuseV1Options.EnableNodeCliInspectArguments]: true,
    });
  }
  const app = await electron.launch({
    executablePath: inspected,
    args: ['--no-sandbox', `--data=${home}`],
    env: {
      ...(process.env as Record<string, string>),
      ...(display && { DISPLAY: display }),
      SITEWRIGHT_TEST_NODE: process.execPath,
      SITEWRIGHT_TEST_ENGINE: join(packed.content, 'dist', 'desktop', 'engine.mjs'),
      // The packed program prints itself; a browser of the machine would do, too.
      SITEWRIGHT_BROWSER: join(home, 'no-browser'),
    },
  });
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return { app, page, close: () => app.close() };
}

export function isIn(content: string, path: string): boolean {
  return existsSync(join(content, path));
}
