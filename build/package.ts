// Packs the desktop. `npm run package -- --dir` packs into a folder; without it the installers of this machine's system are made.
// `--runtime <folder>` takes an unpacked Electron instead of a download.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build, Platform } from 'electron-builder';
import { buildCommandLine } from './command-line.ts';
import { buildDesktop } from './desktop.ts';
import { packagingConfiguration } from './packaging/configuration.ts';
import { type Staged, stageProgram } from './packaging/stage.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

export type PackOptions = {
  /** A folder instead of installers. */
  readonly dir: boolean;
  readonly output: string;
  /** Folder of an unpacked runtime; the package `electron` names the one to download where absent. */
  readonly runtime?: string | undefined;
  /** For tests: the engine's process may be named by the environment. */
  readonly lab?: boolean;
};

/** Builds, lays out and packs the program for this machine's system; returns what was packed. */
export async function packDesktop(options: PackOptions): Promise<Staged> {
  const lab = options.lab === true;
  const wizard = spawnSync(process.execPath, [join(root, 'build', 'renderer.ts')], { stdio: ['ignore', 2, 2] });
  if (wizard.status !== 0) throw new Error('the wizard was not built');
  await buildDesktop({ lab });
  await buildCommandLine();
  const folder = join(root, 'dist', lab ? 'staged-lab' : 'staged');
  const staged = stageProgram(root, folder, process, lab ? 'desktop-lab' : 'desktop');
  const runtime = options.runtime;
  rmSync(options.output, { recursive: true, force: true });
  await build({
    // The staged folder alone: nothing of the repository's own packages is looked at.
    projectDir: folder,
    publish: 'never',
    targets: Platform.current().createTarget(options.dir ? 'dir' : undefined),
    config: packagingConfiguration({
      staged: folder,
      commandLine: staged.commandLine,
      output: options.output,
      icons: join(root, 'build', 'icons'),
      version: runtime === undefined ? staged.electron : versionOf(runtime),
      ...(runtime !== undefined && { runtime }),
    }),
  });
  return staged;
}

/** The version that an unpacked runtime says of itself. */
function versionOf(runtime: string): string {
  const file = join(runtime, 'version');
  if (!existsSync(file)) throw new Error(`${runtime} is no unpacked Electron: it has no file "version"`);
  return readFileSync(file, 'utf8').trim().replace(/^v/, '');
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { dir: { type: 'boolean', default: false }, runtime: { type: 'string' }, output: { type: 'string' } },
  });
  const output = resolve(values.output ?? join(root, 'dist', 'package'));
  const runtime = values.runtime ?? process.env.SITEWRIGHT_ELECTRON;
  await packDesktop({ dir: values.dir, output, ...(runtime && { runtime: resolve(runtime) }) });
  process.stdout.write(`${output}\n`);
}
