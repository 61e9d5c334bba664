import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ShippedPackage } from './packages.ts';

type Locked = { readonly packages: Readonly<Record<string, { readonly integrity?: string }>> };

/**
 * A bill of materials of what is shipped, CycloneDX 1.6 as JSON: each package once with its package URL, its licence and the
 * hash under which it was installed. The same input gives the same bytes.
 */
export function billOfMaterials(options: {
  readonly name: string;
  readonly version: string;
  readonly electron: string;
  readonly packages: readonly ShippedPackage[];
  readonly root: string;
}): string {
  const lock = JSON.parse(readFileSync(join(options.root, 'package-lock.json'), 'utf8')) as Locked;
  const refs = new Map(options.packages.map((one) => [one.path, purl(one.name, one.version)]));
  const components = new Map<string, object>();
  const dependencies = new Map<string, Set<string>>();
  const add = (ref: string, component: object) => components.set(ref, { 'bom-ref': ref, ...component });
  const electron = purl('electron', options.electron);
  add(electron, {
    ...{ type: 'framework', name: 'electron', version: options.electron, purl: electron },
    licenses: [{ license: { id: 'MIT' } }],
  });
  for (const { name, version, path, licence, dependencies: needs } of options.packages) {
    const ref = purl(name, version);
    const hash = sha512Of(lock.packages[path]?.integrity);
    add(ref, {
      ...{ type: 'library', name, version, purl: ref },
      licenses: [/[ ()]/.test(licence) ? { expression: licence } : { license: { id: licence } }],
      ...(hash !== undefined && { hashes: [{ alg: 'SHA-512', content: hash }] }),
    });
    const known = dependencies.get(ref) ?? new Set();
    for (const need of needs) known.add(refs.get(need)!);
    dependencies.set(ref, known);
  }
  const own = purl(options.name, options.version);
  const sorted = [...components.keys()].sort();
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(sorted.join('\n'))}`,
    version: 1,
    metadata: {
      component: { 'bom-ref': own, type: 'application', name: options.name, version: options.version, purl: own },
    },
    components: sorted.map((ref) => components.get(ref)),
    dependencies: [
      { ref: own, dependsOn: sorted },
      ...[...dependencies]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([ref, needs]) => ({ ref, dependsOn: [...needs].sort() })),
    ],
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function purl(name: string, version: string): string {
  return `pkg:npm/${name.replace(/^@/, '%40')}@${version}`;
}

function sha512Of(integrity: string | undefined): string | undefined {
  const [, value] = /sha512-([A-Za-z0-9+/=]+)/.exec(integrity ?? '') ?? [];
  return value === undefined ? undefined : Buffer.from(value, 'base64').toString('hex');
}

/** A name-based UUID: the same content has the same number. */
function uuidOf(words: string): string {
  const digits = createHash('sha256').update(words).digest('hex');
  return [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(13, 16)}`,
    `a${digits.slice(17, 20)}`,
    digits.slice(20, 32),
  ].join('-');
}
