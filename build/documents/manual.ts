import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const languages = ['zh-CN', 'en-US'] as const;

/** Where the manual's two languages part: a page without its pair, other chapters, another picture, a picture of the other language. */
export function manualProblems(root: string): readonly string[] {
  const pages = new Set(languages.flatMap((language) => readdirSync(join(root, 'docs', 'manual', language))));
  return [...pages].sort().flatMap((page) => {
    const missing = languages.filter((language) => !existsSync(join(root, 'docs', 'manual', language, page)));
    if (missing.length > 0) return missing.map((language) => `docs/manual/${language}/${page} is missing`);
    const [chinese, english] = languages.map((language) => shapeOf(root, language, page));
    return chinese === english ? [] : [`docs/manual/*/${page}: ${chinese} in Chinese, ${english} in English`];
  });
}

/** What must be the same in both languages, in words. */
function shapeOf(root: string, language: string, page: string): string {
  const markdown = readFileSync(join(root, 'docs', 'manual', language, page), 'utf8');
  const chapters = markdown.match(/^#+ /gm)?.length ?? 0;
  const pictures = [...markdown.matchAll(/wizard-(\w+)\.([\w-]+)\.png/g)].map(([, name, of]) =>
    of === language ? name : `${name} in another language`,
  );
  return `${chapters} headings, pictures ${pictures.join(', ') || 'none'}`;
}
