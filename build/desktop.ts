// Builds the desktop shell into dist/desktop: `main.cjs` and `preload.cjs` for the oldest Electron that runs them (22), and
// `engine.mjs`, `practice.mjs`, `keeper.mjs` and `pod.mjs` for its utility processes. `--run` starts the shell in an Electron of node_modules.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules, createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { notePackages } from './packaging/built-packages.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

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

const isBuiltin = (id: string) => id.startsWith('node:') || builtinModules.includes(id) || id === 'electron';

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

/** SHA-256 over everything that the built files come from. */
function sources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const names = readdirSync(join(root, 'electron'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  for (const name of [...names, fileURLToPath(import.meta.url)].sort())
    hash.update(name.slice(root.length)).update(readFileSync(name));
  return hash.digest('hex');
}

/** Builds all parts when their sources are newer than what was built; a second. */
export async function buildDesktop(options: { readonly lab?: boolean } = {}): Promise<void> {
  const made = options.lab === true ? laboratory : product;
  const out = join(root, 'dist', made.folder);
  const stamp = join(out, '.sources');
  const now = sources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  rmSync(stamp, { force: true });
  for (const part of partsOf(made)) {
    await build({
      configFile: false,
      root,
      logLevel: 'warn',
      publicDir: false,
      plugins: [notePackages(`desktop-${part.file.split('.')[0]}`)],
      define: {
        'globalThis.sitewrightLab': String(made.lab),
        ...(part.format === 'cjs' && { 'import.meta.dirname': '__dirname' }),
      },
      build: {
        outDir: out,
        emptyOutDir: false,
        target: part.target,
        minify: false,
        lib: { entry: join(root, part.entry), formats: [part.format], fileName: () => part.file },
        rolldownOptions: { external: part.external, platform: 'node', output: { codeSplitting: false } },
      },
      resolve: { conditions: ['node'] },
    });
  }
  writeFileSync(stamp, now);
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
