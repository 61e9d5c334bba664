// Builds the desktop shell into dist/desktop: `main.cjs` and `preload.cjs` for the oldest Electron that runs them (22), and
// `engine.mjs`, `practice.mjs`, `keeper.mjs` and `pod.mjs` for its utility processes. `--run` starts the shell in an Electron of node_modules.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { notePackages } from './packaging/built-packages.ts';
import { buildInto, isBuiltin, root } from './parts.ts';

/** Where a build goes and what it begins with. */
type DesktopBuild = {
  /** Folder below dist. */
  readonly folder: string;
  readonly main: string;
  /** Whether the packed program takes its engine's process from the environment: for tests, never shipped. */
  readonly lab: boolean;
};
const product: DesktopBuild = { folder: 'desktop', main: 'electron/main/main.ts', lab: false };
const laboratory: DesktopBuild = { folder: 'desktop-lab', main: 'test/kit/electron-lab.ts', lab: true };

type Part = {
  readonly entry: string;
  readonly file: string;
  readonly format: 'cjs' | 'es';
  readonly target: string;
  /** Packages that stay outside; builtin modules and Electron always do. */
  readonly external: (id: string) => boolean;
};

/** Packages stay as they are: native parts, lazy loading. */
const isPackage = (id: string) => isBuiltin(id) || /^[a-z@]/.test(id);

const partsOf = ({ main }: DesktopBuild): readonly Part[] => [
  { entry: main, file: 'main.cjs', format: 'cjs', target: 'node16', external: isBuiltin },
  // A sandboxed preload can require Electron only: everything else is in the file.
  {
    entry: 'electron/preload/preload.ts',
    file: 'preload.cjs',
    format: 'cjs',
    target: 'chrome108',
    external: isBuiltin,
  },
  {
    entry: 'electron/engine-host/main.ts',
    file: 'engine.mjs',
    format: 'es',
    target: 'node22',
    external: isPackage,
  },
  // The practice site: its servers, the keeper of its foreign programs, and what starts a pod's program.
  { entry: 'electron/practice/main.ts', file: 'practice.mjs', format: 'es', target: 'node22', external: isPackage },
  {
    entry: 'electron/practice/keeper-main.ts',
    file: 'keeper.mjs',
    format: 'es',
    target: 'node22',
    external: isPackage,
  },
  { entry: 'electron/practice/pod-main.ts', file: 'pod.mjs', format: 'es', target: 'node22', external: isPackage },
];

/** Builds all parts when their sources are newer than what was built; a second. */
export async function buildDesktop(options: { readonly lab?: boolean } = {}): Promise<void> {
  const made = options.lab === true ? laboratory : product;
  const builds = partsOf(made).map((part) => ({
    plugins: [notePackages(`desktop-${part.file.split('.')[0]}`)],
    define: {
      'globalThis.sitewrightLab': String(made.lab),
      ...(part.format === 'cjs' && { 'import.meta.dirname': '__dirname' }),
    },
    build: {
      target: part.target,
      lib: { entry: join(root, part.entry), formats: [part.format], fileName: () => part.file },
      rolldownOptions: { external: part.external, platform: 'node' as const, output: { codeSplitting: false } },
    },
  }));
  await buildInto(made.folder, builds);
}

if (import.meta.main) {
  await buildDesktop();
  if (process.argv.includes('--run')) {
    const program = createRequire(import.meta.url)('electron') as string;
    if (!existsSync(program)) throw new Error('the package electron has not downloaded its runtime');
    const rest = process.argv.slice(process.argv.indexOf('--run') + 1);
    spawn(program, [join(root, 'dist', product.folder, 'main.cjs'), ...rest], { stdio: 'inherit' }).on('exit', (code) =>
      process.exit(code ?? 1),
    );
  }
}
