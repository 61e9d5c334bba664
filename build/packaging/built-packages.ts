import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

const folder = fileURLToPath(new URL('../../dist/packages', import.meta.url));

/** Packages that a build took into its files, and those that it leaves to be found at run time. Names only, sorted. */
export type BuiltPackages = { readonly inside: readonly string[]; readonly outside: readonly string[] };

/** Notes what a build is made of, for the licences and the bill of materials of what is shipped. */
export function notePackages(part: string): Plugin {
  return {
    name: 'note-packages',
    generateBundle(_options, files) {
      const inside = new Set<string>();
      const outside = new Set<string>();
      for (const file of Object.values(files)) {
        if (file.type !== 'chunk') {
          for (const name of file.originalFileNames) addTo(inside, name);
          continue;
        }
        for (const id of Object.keys(file.modules)) addTo(inside, id);
        for (const name of [...file.imports, ...file.dynamicImports]) {
          const plain = !(name in files) && !name.startsWith('.') && !name.startsWith('/');
          if (plain && !isBuiltin(name)) outside.add(packageName(name));
        }
      }
      mkdirSync(folder, { recursive: true });
      const noted: BuiltPackages = { inside: [...inside].sort(), outside: [...outside].sort() };
      writeFileSync(join(folder, `${part}.json`), JSON.stringify(noted, null, 2));
    },
  };
}

export function readBuiltPackages(part: string): BuiltPackages {
  return JSON.parse(readFileSync(join(folder, `${part}.json`), 'utf8')) as BuiltPackages;
}

function isBuiltin(name: string): boolean {
  return name.startsWith('node:') || builtinModules.includes(name) || name === 'electron';
}

function addTo(names: Set<string>, path: string): void {
  const at = path.replaceAll('\\', '/').lastIndexOf('node_modules/');
  if (at >= 0) names.add(packageName(path.replaceAll('\\', '/').slice(at + 'node_modules/'.length)));
}

function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}
