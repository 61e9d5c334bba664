import { readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join, relative, resolve, sep } from 'node:path';

/** One import that breaks a wall: where it stands, what it reaches for, and the rule. */
export type Breach = { readonly file: string; readonly line: number; readonly target: string; readonly rule: string };

/** An import as it stands in a file: a path inside the repository, or the name of a package. */
type Import = { readonly file: string; readonly line: number; readonly target: string; readonly typeOnly: boolean };

type Rule = {
  readonly words: string;
  /** Files that the rule is about. */
  readonly from: RegExp;
  /** What they must not import; `$1` of `from` may be used by a function. */
  readonly forbids: (target: string, match: RegExpExecArray, entry: Import) => boolean;
};

const contractPackages = ['zod', '@orpc/contract'];
const isInside = (target: string) => /^(electron|renderer|build|test|bundles|installer-scripts)\//.test(target);

/** Who may import whom. Each rule stands in docs/architecture.md in words. */
export const rules: readonly Rule[] = [
  {
    words: 'contract imports zod and the contract declarations of oRPC only',
    from: /^electron\/contract\//,
    forbids: (target) =>
      isInside(target) ? !target.startsWith('electron/contract/') : !contractPackages.includes(target),
  },
  {
    words: 'the engine knows neither Electron nor its hosts nor the practice site',
    from: /^electron\/engine\//,
    forbids: (target) =>
      /^(electron\/(main|preload|server|cli|practice)|renderer|test|build)\//.test(target) || target === 'electron',
  },
  {
    words: 'planning is pure: no Node, no drivers, no store',
    from: /^electron\/engine\/(stages\/[^/]+\/plan\.ts|plan\/)/,
    forbids: (target, _match, entry) =>
      !entry.typeOnly &&
      (/^node:/.test(target)
        ? target !== 'node:path/posix'
        : /^electron\/engine\/(drivers|store|site\/open-site)/.test(target)),
  },
  {
    words: 'a stage never imports another stage',
    from: /^electron\/engine\/stages\/([^/]+)\//,
    forbids: (target, match) =>
      target.startsWith('electron/engine/stages/') && !target.startsWith(`electron/engine/stages/${match[1]}/`),
  },
  {
    words: 'stages reach the world through drivers only',
    from: /^electron\/engine\/stages\//,
    forbids: (target, _match, entry) =>
      !entry.typeOnly &&
      (/^node:(fs|net|tls|http|https|child_process|dgram)/.test(target) ||
        ['ssh2', 'undici', 'pg', 'ws', 'better-sqlite3'].includes(target)),
  },
  {
    words: 'the practice site is only another set of endpoints: it does not know the engine',
    from: /^electron\/practice\//,
    forbids: (target) => /^electron\/(engine|engine-host|cli|server|main)\//.test(target) || target.startsWith('test/'),
  },
  {
    words: 'programs are started for anybody: their door knows nobody',
    from: /^electron\/programs\//,
    forbids: (target) => target === 'electron' || (isInside(target) && !target.startsWith('electron/programs/')),
  },
  {
    words: 'the renderer speaks through the contract only',
    from: /^renderer\//,
    forbids: (target) =>
      (isInside(target) && !/^(renderer|electron\/contract)\//.test(target)) ||
      isBuiltin(target) ||
      target === 'electron',
  },
  {
    words: 'the renderer has one zustand store',
    from: /^renderer\/(?!state\/store\.ts$)/,
    forbids: (target) => target === 'zustand',
  },
  {
    words: 'the desktop shell hosts the engine in another process: it takes only types of it',
    from: /^electron\/(main|preload)\//,
    forbids: (target, _match, entry) => /^electron\/(engine|cli|practice)\//.test(target) && !entry.typeOnly,
  },
  {
    words: 'the preload is one small bridge: Electron and the contract only',
    from: /^electron\/preload\//,
    forbids: (target) => target !== 'electron' && !/^electron\/(contract|preload)\//.test(target),
  },
  {
    words: 'the engine host knows the engine and its port, not Electron',
    from: /^electron\/engine-host\//,
    forbids: (target) => target === 'electron' || /^electron\/(main|preload|cli|server)\//.test(target),
  },
  {
    words: 'a release knows nothing of the installer',
    from: /^bundles\/energy\//,
    forbids: (target) => isInside(target) && !target.startsWith('bundles/energy/'),
  },
  {
    words: 'the product does not import its tests',
    from: /^(electron|renderer|bundles)\//,
    forbids: (target) => target.startsWith('test/'),
  },
];

/** Every breach of the walls under the repository's root. */
export function findBreaches(root: string): readonly Breach[] {
  const files = ['electron', 'renderer', 'bundles'].flatMap((folder) => sources(join(root, folder)));
  return files
    .flatMap((file) => importsOf(root, file))
    .flatMap((entry) =>
      rules.flatMap((rule) => {
        const match = rule.from.exec(entry.file);
        return match !== null && rule.forbids(entry.target, match, entry)
          ? [{ file: entry.file, line: entry.line, target: entry.target, rule: rule.words }]
          : [];
      }),
    );
}

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

const importLine =
  /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[^'";]*?\sfrom\s+)?['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(root: string, file: string): readonly Import[] {
  const content = readFileSync(file, 'utf8');
  const name = relative(root, file).split(sep).join('/');
  return [...content.matchAll(importLine)].map((match) => {
    const specifier = match[3] ?? match[4]!;
    const target = specifier.startsWith('.')
      ? relative(root, resolve(dirname(file), specifier))
          .split(sep)
          .join('/')
      : specifier.startsWith('node:')
        ? specifier
        : specifier
            .split('/')
            .slice(0, specifier.startsWith('@') ? 2 : 1)
            .join('/');
    const line = content.slice(0, match.index).split('\n').length + (match[0].startsWith('\n') ? 1 : 0);
    return { file: name, line, target, typeOnly: match[2] !== undefined };
  });
}
