// `npm run check`: types, lint and format, walls, the manifest of the installer scripts, the references in docs/. `--fix` mends what a tool can mend.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkInstallerScripts, writeInstallerScripts } from './installer-scripts.ts';
import { findBreaches } from './walls.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const fix = process.argv.includes('--fix');

function tool(name: string, script: string, args: readonly string[]): boolean {
  const result = spawnSync(process.execPath, [join(root, 'node_modules', script), ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  process.stdout.write(`${result.status === 0 ? '✓' : '✗'} ${name}\n`);
  return result.status === 0;
}

if (fix) writeInstallerScripts();
const breaches = findBreaches(root);
for (const breach of breaches)
  process.stdout.write(`${breach.file}:${breach.line} imports ${breach.target}: ${breach.rule}\n`);
process.stdout.write(`${breaches.length === 0 ? '✓' : '✗'} walls\n`);
const scripts = await checkInstallerScripts();
for (const problem of scripts) process.stdout.write(`${problem}\n`);
process.stdout.write(`${scripts.length === 0 ? '✓' : '✗'} installer scripts\n`);

const results = [
  tool('types', 'typescript/bin/tsc', ['-p', root]),
  tool('types of the wizard', 'typescript/bin/tsc', ['-p', join(root, 'renderer')]),
  tool('types of the browser tests', 'typescript/bin/tsc', ['-p', join(root, 'test', 'e2e')]),
  tool('lint and format', '@biomejs/biome/bin/biome', [
    'check',
    '--error-on-warnings',
    ...(fix ? ['--write'] : []),
    root,
  ]),
  // A process of its own: the references come from the program, which may not load while types are wrong.
  tool('documents', '../build/docs.ts', fix ? [] : ['--check']),
  breaches.length === 0,
  scripts.length === 0,
];
process.exitCode = results.every(Boolean) ? 0 : 1;
