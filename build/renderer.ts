// Builds the renderer into dist/renderer when its sources are newer than what was built.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { configuration } from './vite.config.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const out = join(root, 'dist', 'renderer');
const stamp = join(out, '.sources');

/** SHA-256 over everything that the built files come from. */
function sources(): string {
  const hash = createHash('sha256');
  for (const file of ['package-lock.json', 'build/vite.config.ts']) hash.update(readFileSync(join(root, file)));
  for (const folder of ['renderer', join('electron', 'contract')]) {
    const names = readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const name of names) hash.update(name.slice(root.length)).update(readFileSync(name));
  }
  return hash.digest('hex');
}

const now = sources();
if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== now) {
  process.stderr.write('构建界面 / building the wizard ...\n');
  await build({ ...configuration, configFile: false, logLevel: 'warn' });
  writeFileSync(stamp, now);
}
