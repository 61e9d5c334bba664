import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Locale, locales } from '../../electron/contract/text.ts';
import { documentScenes } from './documents.ts';

export type Theme = 'light' | 'dark';
export type Size = { readonly width: number; readonly height: number };
export type Variant = { readonly locale: Locale; readonly theme: Theme; readonly size: Size };

export type Options = {
  readonly folder: string;
  readonly variants: readonly Variant[];
  /** Whether a scene is wanted, by its name. */
  readonly wants: (scene: string) => boolean;
  /** Pages longer than the window are taken as a whole, too. */
  readonly whole: boolean;
};

const sizes: readonly Size[] = [
  { width: 1280, height: 800 },
  { width: 1920, height: 1080 },
];

export const usage = `npm run pictures -- [options] [part of a scene's name ...]
  --out <folder>      where to write them, dist/pictures if not given
  --locale <locale>   only zh-CN or en-US
  --theme <theme>     only light or dark
  --width <pixels>    only 1280 or 1920
  --no-whole          no second picture of pages that are longer than the window
  --docs              writes the small set of the documents into docs/pictures
`;

/** The command's options; undefined when they are wrong. */
export function optionsOf(args: readonly string[], root: string): (Options & { readonly docs: boolean }) | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      out: { type: 'string' },
      locale: { type: 'string' },
      theme: { type: 'string' },
      width: { type: 'string' },
      whole: { type: 'boolean', default: true },
      docs: { type: 'boolean', default: false },
    },
    allowNegative: true,
  });
  const docs = values.docs;
  const variants = variantsOf(
    locales.filter((locale) => values.locale === undefined || values.locale === locale),
    (['light', 'dark'] as const).filter((theme) => (values.theme ?? (docs ? 'light' : theme)) === theme),
    sizes.filter(({ width }) => (values.width ?? (docs ? '1280' : String(width))) === String(width)),
  );
  if (variants.length === 0) return undefined;
  return {
    folder: resolve(root, values.out ?? (docs ? 'docs/pictures' : 'dist/pictures')),
    variants,
    wants: (scene) =>
      (!docs || documentScenes[scene] !== undefined) &&
      (positionals.length === 0 || positionals.some((part) => scene.includes(part))),
    whole: values.whole && !docs,
    docs,
  };
}

/** Every combination, neighbours differing in as little as can be: a change of language costs most. */
function variantsOf(
  languages: readonly Locale[],
  themes: readonly Theme[],
  windows: readonly Size[],
): readonly Variant[] {
  const variants: Variant[] = [];
  for (const locale of languages)
    for (const theme of variants.at(-1)?.theme === 'dark' ? [...themes].reverse() : themes)
      for (const size of variants.at(-1)?.size.width === windows.at(-1)?.width ? [...windows].reverse() : windows)
        variants.push({ locale, theme, size });
  return variants;
}
