// `npm run docs`: writes the references in docs/ that are made from the code. `--check` only compares, follows
// the links of all documents, and exits with 1 when something is wrong. `--pictures <home>` takes the README's picture from the newest report under a data folder.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createProgram } from '../electron/cli/program.ts';
import { commandReference } from './documents/commands.ts';
import { errorReference } from './documents/errors.ts';
import { brokenLinks } from './documents/links.ts';
import { manualProblems } from './documents/manual.ts';
import { pathTestReference } from './documents/path-test.ts';
import { pictureOfReport } from './documents/picture.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Documents that are made from the code: path inside of the checkout, and how its content is made. */
const documents: readonly { readonly path: string; readonly make: () => string }[] = [
  { path: 'docs/cli-reference.md', make: () => commandReference(createProgram(), root) },
  { path: 'docs/errors.md', make: errorReference },
  { path: 'docs/path-test.md', make: pathTestReference },
];

/** Writes every document that is made from the code. */
function writeDocuments(): void {
  for (const { path, make } of documents) writeFileSync(join(root, path), make());
}

/** What is wrong with the documents: one is not what the code says now, or a link leads nowhere. Empty when nothing is. */
function documentProblems(): readonly string[] {
  const stale = documents.filter(({ path, make }) => readOrEmpty(join(root, path)) !== make());
  return [
    ...stale.map(({ path }) => `${path} is out of date: run \`npm run docs\``),
    ...manualProblems(root),
    ...brokenLinks(root).map((link) => `${link}: the link leads nowhere`),
  ];
}

function readOrEmpty(file: string): string {
  try {
    return readFileSync(file, 'utf8').replaceAll('\r\n', '\n');
  } catch {
    return '';
  }
}

const [option, home] = process.argv.slice(2);
if (option === undefined) writeDocuments();
else if (option === '--check') report(documentProblems());
else if (option === '--pictures' && home !== undefined) {
  const out = join(root, 'docs', 'pictures', 'report.png');
  const problem = await pictureOfReport({ home: resolve(home), locale: 'zh-CN', chapter: 'chapter-6', out });
  report(problem === undefined ? [] : [problem]);
} else {
  process.stderr.write('npm run docs [-- --check | --pictures <data folder>]\n');
  process.exitCode = 2;
}

function report(problems: readonly string[]): void {
  for (const problem of problems) process.stderr.write(`${problem}\n`);
  if (problems.length > 0) process.exitCode = 1;
}
