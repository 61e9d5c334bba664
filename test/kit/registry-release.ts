import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goProgram } from './go.ts';

/** Version of the registry that tests build. */
export const registryVersion = '3.1.2';
/** Where a release of a test holds the program. */
export const registryPath = 'programs/registry-amd64';

/** Puts the real registry program into a release's folder and names it in `release.yaml`. */
export async function addRegistry(folder: string): Promise<void> {
  await mkdir(join(folder, 'programs'), { recursive: true });
  await copyFile(await goProgram('registry'), join(folder, registryPath));
  await declareRegistry(folder, registryPath);
}

/** Names a file of a release as its registry program, whatever it is. */
export async function declareRegistry(folder: string, path: string): Promise<void> {
  await mkdir(join(folder, 'licences'), { recursive: true });
  await writeFile(join(folder, 'licences/registry.txt'), 'Apache License, Version 2.0\n');
  const declared = [
    'registry:',
    `  version: ${registryVersion}`,
    '  licence: { id: Apache-2.0, file: licences/registry.txt }',
    `  programs: { amd64: ${path} }`,
    '',
  ];
  const file = join(folder, 'release.yaml');
  await writeFile(file, `${await readFile(file, 'utf8')}\n${declared.join('\n')}`);
}
