import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/** The machine that the program is packed for, as Node names it. */
export type PackedFor = { readonly platform: NodeJS.Platform; readonly arch: string };

/** An installed package that is shipped. */
export type ShippedPackage = {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
  /** Its path below the repository, `/` between. */
  readonly path: string;
  /** SPDX expression as its maker states it; empty where it states none. */
  readonly licence: string;
  readonly dependencies: readonly string[];
};

type PackageFile = {
  readonly name: string;
  readonly version: string;
  readonly license?: string | { readonly type?: string };
  readonly licenses?: readonly { readonly type?: string }[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

/** What the packages cannot do without at run time, themselves included; found as Node finds them. Throws for one that is not installed. */
export function packageClosure(root: string, names: readonly string[]): readonly ShippedPackage[] {
  const found = new Map<string, ShippedPackage>();
  const visit = (name: string, from: string): string => {
    const folder = resolvePackage(name, from);
    if (folder === undefined)
      throw new Error(`the package ${name}, needed by ${relative(root, from) || 'the program'}, is not installed`);
    const path = relative(root, folder).split(sep).join('/');
    if (found.has(path)) return path;
    const file = readPackage(folder);
    // Noted before its dependencies are visited: packages may need each other.
    const dependencies: string[] = [];
    const { name: own, version } = file;
    found.set(path, { name: own, version, folder, path, licence: licenceOf(file), dependencies });
    // npm lists optional ones among both; they are compiled for one runtime and are not shipped.
    const wanted = Object.keys(file.dependencies ?? {}).filter((one) => !(one in (file.optionalDependencies ?? {})));
    for (const dependency of wanted.sort()) dependencies.push(visit(dependency, folder));
    return path;
  };
  for (const name of names) visit(name, root);
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** The packages themselves, without what they need: for what a build has taken in already. */
export function packagesNamed(root: string, names: readonly string[]): readonly ShippedPackage[] {
  return names.map((name) => {
    const folder = resolvePackage(name, root);
    if (folder === undefined) throw new Error(`the package ${name} is not installed`);
    const file = readPackage(folder);
    const path = relative(root, folder).split(sep).join('/');
    return { name: file.name, version: file.version, folder, path, licence: licenceOf(file), dependencies: [] };
  });
}

function readPackage(folder: string): PackageFile {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as PackageFile;
}

function licenceOf(file: PackageFile): string {
  if (typeof file.license === 'string') return file.license;
  return file.license?.type ?? file.licenses?.map(({ type }) => type).join(' OR ') ?? '';
}

/** Walks up the folders as Node's resolution does. */
function resolvePackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (dirname(folder) === folder) return undefined;
  }
}
