import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
export const sampleFolder = join(repository, 'bundles', 'energy');

/** A copy of the sample release to spoil, in a folder of its own; removed by `remove`. */
export async function copySample(): Promise<{
  readonly root: string;
  readonly folder: string;
  readonly remove: () => Promise<void>;
}> {
  const root = await mkdtemp(join(tmpdir(), 'sitewright-release-'));
  const folder = join(root, 'energy');
  await cp(sampleFolder, folder, { recursive: true });
  // The packages that the images take are found by walking up, as Node does.
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'), 'junction');
  const release = parse(await readFile(join(folder, 'release.yaml'), 'utf8')) as { checks: string; suites: string[] };
  for (const path of [release.checks, ...release.suites]) {
    if (await stat(join(folder, path)).catch(() => undefined)) continue;
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), '{}\n');
  }
  return { root, folder, remove: () => rm(root, { recursive: true, force: true }) };
}
