// What the two built programs have in common: the desktop's files (desktop.ts) and the command line that comes with it (command-line.ts).
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type InlineConfig } from 'vite';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What no build takes in: it is there wherever the program runs. */
export const isBuiltin = (id: string) => id.startsWith('node:') || builtinModules.includes(id) || id === 'electron';

/** SHA-256 over everything that the built files come from. */
function sources(): string {
  const hash = createHash('sha256').update(readFileSync(join(root, 'package-lock.json')));
  const names = ['electron', 'build'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  for (const name of names.sort()) hash.update(name.slice(root.length)).update(readFileSync(name));
  return hash.digest('hex');
}

/** Makes a folder below dist out of builds, when their sources are newer than what was built: seconds. */
export async function buildInto(folder: string, builds: readonly InlineConfig[]): Promise<void> {
  const out = join(root, 'dist', folder);
  const stamp = join(out, '.sources');
  const now = sources();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === now) return;
  rmSync(out, { recursive: true, force: true });
  for (const { build: options, ...rest } of builds)
    await build({
      configFile: false,
      root,
      logLevel: 'warn',
      publicDir: false,
      resolve: { conditions: ['node'] },
      ...rest,
      build: { outDir: out, emptyOutDir: false, minify: false, ...options },
    });
  writeFileSync(stamp, now);
}
