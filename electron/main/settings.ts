import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { app } from 'electron';
import { isLocale, type Locale } from '../contract/text.ts';

declare global {
  /** True in builds for tests only. */
  var sitewrightLab: boolean | undefined;
}

/** Where things lie, and how the engine's process is started. */
export type Settings = {
  /** Data folder: `--data=<folder>`, `SITEWRIGHT_HOME`, or `.sitewright` in the user's home. */
  readonly home: string;
  /** The built wizard. */
  readonly renderer: string;
  readonly preload: string;
  /** Installer scripts. */
  readonly scripts: string;
  readonly engine: EngineEntry;
  /** Developer tools and reloading by hand; never in a packaged program. */
  readonly developer: boolean;
};

/** The engine's process: a utility process of the shell, or (for tests) a plain Node with the sources. */
export type EngineEntry =
  | { readonly door: 'utility'; readonly script: string }
  | { readonly door: 'child'; readonly node: string; readonly script: string };

export function readSettings(): Settings {
  const built = import.meta.dirname;
  const root = join(built, '..', '..');
  const open = !app.isPackaged;
  // A constant of the build: what is shipped takes no program from its surroundings.
  const node = open || globalThis.sitewrightLab === true ? process.env.SITEWRIGHT_TEST_NODE : undefined;
  return {
    home: resolve(
      app.commandLine.getSwitchValue('data') || process.env.SITEWRIGHT_HOME || join(homedir(), '.sitewright'),
    ),
    renderer: join(root, 'dist', 'renderer'),
    preload: join(built, 'preload.cjs'),
    scripts: unpacked(join(root, 'installer-scripts')),
    engine:
      node === undefined
        ? { door: 'utility', script: join(built, 'engine.mjs') }
        : {
            door: 'child',
            node,
            script: process.env.SITEWRIGHT_TEST_ENGINE ?? join(root, 'electron', 'engine-host', 'main.ts'),
          },
    developer: open && process.env.SITEWRIGHT_DEVELOPER === '1',
  };
}

/** Language of the shell's own words: the window's, or before there is one the system's, as the window chooses it. */
export function shellLocale(shown?: unknown): Locale {
  if (isLocale(shown)) return shown;
  return app.getLocale().startsWith('en') ? 'en-US' : 'zh-CN';
}

/** Files that were packed beside the archive instead of into it. */
function unpacked(path: string): string {
  const beside = path.replace(/app\.asar(?=[\\/])/, 'app.asar.unpacked');
  return existsSync(beside) ? beside : path;
}
