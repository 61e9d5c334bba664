import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';

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

const signingKey = generateKeyPairSync('ed25519').privateKey;

/** Edits a file of the sample, expects the build to fail, and puts the file back. */
export async function refusalOf(
  sample: { readonly root: string; readonly folder: string },
  path: string,
  edit: (content: string) => string,
): Promise<{ code: string; file: string; problem: string; where: string; image: string }> {
  const file = join(sample.folder, path);
  const original = await readFile(file, 'utf8');
  const spoiled = edit(original);
  assert.notEqual(spoiled, original, 'the edit changes something');
  await writeFile(file, spoiled);
  try {
    await buildBundle({ source: sample.folder, out: join(sample.root, 'refused'), signingKey });
  } catch (error) {
    assert.ok(error instanceof SitewrightError, String(error));
    const { file: place = '', problem = '', where = '', image = '' } = error.params;
    const words = typeof problem === 'object' ? say('en-US', problem) : String(problem);
    if (typeof problem === 'object') assert.notEqual(say('zh-CN', problem), '');
    return { code: error.code, file: String(place), problem: words, where: String(where), image: String(image) };
  } finally {
    await writeFile(file, original);
  }
  return assert.fail('the build accepted it');
}
