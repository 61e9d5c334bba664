// `npm run docs`: writes the references in docs/ that are made from the code. `--check` only compares and exits with 1
// when one is out of date. `--pictures <home>` takes the README's picture from the newest report under a data folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../electron/cli/program.ts';
import { commandReference } from './documents/commands.ts';
import { errorReference } from './documents/errors.ts';
import { pictureOfReport } from './documents/picture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Documents that are made from the code: path inside of the checkout, and how its content is made. */
const documents: readonly { readonly path: string; readonly make: () => string }[] = [
  { path: 'docs/cli-reference.md', make: () => commandReference(createProgram(), root) },
  { path: 'docs/errors.md', make: errorReference },
];

/** Writes every document that is made from the code. */
export function writeDocuments(): void {
  for (const { path, make } of documents) writeFileSync(join(root, path), make());
}

/** Which documents are not what the code says now; empty when none is. */
export function staleDocuments(): readonly string[] {
  return documents.filter(({ path, make }) => readOrEmpty(join(root, path)) !== make()).map(({ path }) => path);
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}

if (import.meta.main) {
  const [option, home] = process.argv.slice(2);
  if (option === undefined) writeDocuments();
  else if (option === '--check') report(staleDocuments().map((path) => `${path} is out of date: run \`npm run docs\``));
  else if (option === '--pictures' && home !== undefined) {
    const problem = pictureOfReport(resolve(home), 'zh-CN', join(root, 'docs', 'pictures', 'report.png'));
    report(problem === undefined ? [] : [problem]);
  } else {
    process.stderr.write('npm run docs [-- --check | --pictures <data folder>]\n');
    process.exitCode = 2;
  }
}

function report(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
