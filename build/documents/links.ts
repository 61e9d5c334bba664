import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** Links of the written documents that lead to no file of the checkout, as `document: target`. */
export function brokenLinks(root: string): readonly string[] {
  const written = readdirSync(join(root, 'docs'), { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, 'docs', name))
    .filter((file) => file.endsWith('.md'));
  return [join(root, 'README.md'), join(root, 'CONTRIBUTING.md'), ...written].flatMap((file) =>
    targetsIn(readFileSync(file, 'utf8'))
      .filter((target) => !existsSync(join(dirname(file), target)))
      .map((target) => `${relative(root, file).split(sep).join('/')}: ${target}`),
  );
}

/** Targets inside of the checkout, without their anchors; code is no link. */
function targetsIn(markdown: string): readonly string[] {
  const words = markdown.replace(/^```[\s\S]*?^```/gm, '').replace(/`[^`\n]*`/g, '');
  return [...words.matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => decodeURI(match[1]!.replace(/#.*$/, '')))
    .filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}
