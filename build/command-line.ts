// Builds the command line that comes with the desktop into dist/cli: `sitewright.mjs`, the programs of the practice site, and what they
// share. Packages are taken in, since nothing has to be found and read one by one then: a command starts in half the time.
import { join } from 'node:path';
import { notePackages } from './packaging/built-packages.ts';
import { buildInto, isBuiltin, root } from './parts.ts';

/** Found at run time beside the built files: it has native parts. */
const native = /^better-sqlite3$|^pg-native$|^cpu-features$|\.node$/;

/** File of the built command line. */
export const commandLine = join(root, 'dist', 'cli', 'sitewright.mjs');

/** Builds it when its sources are newer than what was built; some seconds. */
export async function buildCommandLine(): Promise<void> {
  const entry = {
    sitewright: join(root, 'electron/cli/packed.ts'),
    practice: join(root, 'electron/practice/main.ts'),
    keeper: join(root, 'electron/practice/keeper-main.ts'),
    pod: join(root, 'electron/practice/pod-main.ts'),
  };
  await buildInto('cli', [
    {
      // It warns of addresses that only exist at run time, and of a package's own eval.
      logLevel: 'error',
      plugins: [notePackages('cli')],
      // Not what a package has for browsers.
      resolve: { conditions: ['node'], mainFields: ['module', 'main'] },
      // CommonJS packages that are taken in ask where they lie.
      define: { __dirname: 'import.meta.dirname', __filename: 'import.meta.filename' },
      build: {
        target: 'node24',
        lib: { entry, formats: ['es'], fileName: (_format, name) => `${name}.mjs` },
        rolldownOptions: {
          external: (id) => isBuiltin(id) || native.test(id),
          platform: 'node',
          output: { chunkFileNames: '[name]-[hash].mjs' },
        },
      },
    },
  ]);
}

if (import.meta.main) await buildCommandLine();
