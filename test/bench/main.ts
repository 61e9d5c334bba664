// `npm run bench -- <subject> [its own arguments]`: carries out one benchmark of this folder; without a subject, the walk.
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const [first] = process.argv.slice(2);
// A figure is an argument of the walk: the number of its runs.
const subject = first !== undefined && /^[a-z-]+$/.test(first) ? first : 'walk';
if (subject === first) process.argv.splice(2, 1);
const file = [`./${subject}.ts`, `./${subject}/main.ts`]
  .map((name) => new URL(name, import.meta.url))
  .find((url) => existsSync(fileURLToPath(url)));
if (file === undefined || subject === 'main') {
  console.error(`There is no benchmark "${subject}".`);
  process.exit(2);
}
await import(file.href);
