import { parse } from 'node:path/posix';

/** A package that an image holds, as the package's own records name it. */
export type FoundPackage = {
  readonly kind: 'deb' | 'apk' | 'npm';
  readonly name: string;
  readonly version: string;
  readonly architecture?: string;
  /** As stated, an SPDX expression or free words. */
  readonly licences: readonly string[];
};

/** What one file tells: packages, the licences of a Debian package, or which distribution it is. */
export type Found =
  | { readonly type: 'packages'; readonly packages: readonly FoundPackage[] }
  | { readonly type: 'copyright'; readonly name: string; readonly licences: readonly string[] }
  | { readonly type: 'system'; readonly id: string; readonly version: string };

/** How a file that tells of packages is read; undefined for every other file. */
export function readerOf(path: string): ((content: string) => Found | undefined) | undefined {
  if (path === 'var/lib/dpkg/status' || /^var\/lib\/dpkg\/status\.d\/[^/]+$/.test(path)) {
    return path.endsWith('.md5sums') ? undefined : (content) => packagesFound(dpkgPackages(content));
  }
  if (path === 'lib/apk/db/installed' || path === 'usr/lib/apk/db/installed')
    return (content) => packagesFound(apkPackages(content));
  if (/(?:^|\/)node_modules\/(?:@[^/]+\/)?[^/@][^/]*\/package\.json$/.test(path))
    return (content) => packagesFound(nodePackage(content));
  if (/^usr\/share\/doc\/[^/]+\/copyright$/.test(path)) {
    const name = parse(parse(path).dir).base;
    return (content) => ({ type: 'copyright', name, licences: copyrightLicences(content) });
  }
  if (path === 'etc/os-release' || path === 'usr/lib/os-release') return systemOf;
  return undefined;
}

const packagesFound = (packages: readonly FoundPackage[]): Found => ({ type: 'packages', packages });

/** Paragraphs of `Field: value` lines; continuation lines are left out. */
function paragraphs(content: string, separator: string): readonly ReadonlyMap<string, string>[] {
  return content.split(/\n[ \t]*\n/).map((paragraph) => {
    const lines = paragraph.split('\n').filter((line) => !/^[ \t]/.test(line) && line.includes(separator));
    return new Map(
      lines.map((line) => [
        line.slice(0, line.indexOf(separator)),
        line.slice(line.indexOf(separator) + separator.length).trim(),
      ]),
    );
  });
}

function dpkgPackages(content: string): readonly FoundPackage[] {
  return paragraphs(content, ':').flatMap((fields) => {
    const [name, version, architecture] = [fields.get('Package'), fields.get('Version'), fields.get('Architecture')];
    const status = fields.get('Status');
    // Removed packages whose configuration stays are no content of the image; status.d has no such field.
    if (name === undefined || version === undefined || (status !== undefined && !status.endsWith(' installed')))
      return [];
    return [{ kind: 'deb' as const, name, version, ...(architecture && { architecture }), licences: [] }];
  });
}

function apkPackages(content: string): readonly FoundPackage[] {
  return paragraphs(content, ':').flatMap((fields) => {
    const [name, version, architecture] = [fields.get('P'), fields.get('V'), fields.get('A')];
    const licence = fields.get('L');
    if (name === undefined || version === undefined) return [];
    return [
      {
        kind: 'apk' as const,
        name,
        version,
        ...(architecture && { architecture }),
        licences: licence ? [licence] : [],
      },
    ];
  });
}

function nodePackage(content: string): readonly FoundPackage[] {
  let value: { name?: unknown; version?: unknown; license?: unknown; licenses?: unknown };
  try {
    value = JSON.parse(content) as typeof value;
  } catch {
    return [];
  }
  // A package.json without a name or version only sets the type of a folder.
  if (typeof value?.name !== 'string' || typeof value.version !== 'string') return [];
  const stated = [value.license, ...(Array.isArray(value.licenses) ? value.licenses : [])];
  const licences = stated.flatMap((entry) => {
    const words = typeof entry === 'object' && entry !== null ? (entry as { type?: unknown }).type : entry;
    return typeof words === 'string' && words !== '' ? [words] : [];
  });
  return [{ kind: 'npm', name: value.name, version: value.version, licences }];
}

/** The licences of a machine-readable copyright file (DEP 5); none where it is free text. */
function copyrightLicences(content: string): readonly string[] {
  if (!/^Format:/m.test(content)) return [];
  const names = [...content.matchAll(/^License:[ \t]*(\S.*)$/gm)].map(([, name]) => name!.trim());
  return [...new Set(names)].sort();
}

function systemOf(content: string): Found | undefined {
  const value = (name: string) => new RegExp(`^${name}=(["']?)(.*)\\1$`, 'm').exec(content)?.[2];
  const id = value('ID');
  return id === undefined ? undefined : { type: 'system', id, version: value('VERSION_ID') ?? '' };
}
