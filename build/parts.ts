// What all that is built has in common: the wizard (renderer.ts), the desktop (desktop.ts) and the command line that comes with it (command-line.ts).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What no build takes in: it is there wherever the program runs. */
export const isBuiltin = (id: string) => id.startsWith('node:') || builtinModules.includes(id) || id === 'electron';

/** SHA-256 over what something is built from: files, and folders with all that lies in them. */
function digestOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  const files = sources.flatMap((source) => {
    const path = join(root, source);
    if (statSync(path).isFile()) return [path];
    return readdirSync(path, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
  });
  for (const file of files.sort()) hash.update(file.slice(root.length)).update(readFileSync(file));
  return hash.digest('hex');
}

/** Makes a folder below dist when what it is built from is newer than what stands there. Paths of sources below the repository. */
export async function madeWhenNewer(
  folder: string,
  sources: readonly string[],
  make: (out: string) => Promise<void>,
): Promise<void> {
  const out = join(root, 'dist', folder);
  const stamp = join(out, '.sources');
  const now = digestOf(sources);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  rmSync(out, { recursive: true, force: true });
  await make(out);
  writeFileSync(stamp, now);
}

/** Makes a folder below dist out of builds of the engine's side: seconds. */
export async function buildInto(folder: string, builds: readonly InlineConfig[]): Promise<void> {
  await madeWhenNewer(folder, ['package-lock.json', 'electron', 'build'], async (outDir) => {
    for (const { build: options, ...rest } of builds)
      await build({
        configFile: false,
        root,
        logLevel: 'warn',
        publicDir: false,
        resolve: { conditions: ['node'] },
        ...rest,
        build: { outDir, emptyOutDir: false, minify: false, ...options },
      });
  });
}
