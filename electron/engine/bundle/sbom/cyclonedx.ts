import { createHash } from 'node:crypto';
import { programVersion } from '../../../contract/version.ts';
import { byCodePoint, canonicalJson } from '../canonical.ts';
import type { ReleaseImage } from '../release.ts';
import type { BuiltProgram } from '../source/registry-program.ts';
import type { GoModule } from './go-build.ts';
import type { ImagePackages } from './image-packages.ts';
import type { FoundPackage } from './packages.ts';

/** An image with what was found in it. */
export type DescribedImage = ImagePackages & {
  readonly image: ReleaseImage;
  /** Digests of its layers, lowest first; of all its platforms. */
  readonly layers: readonly string[];
};

/** The component that the document is about. */
export type Subject = { readonly name: string; readonly version: string };

/**
 * A software bill of materials, CycloneDX 1.6 as JSON. The same images and programs give the same bytes: it holds no time
 * and no random number.
 */
export function cycloneDx(
  subject: Subject | undefined,
  images: readonly DescribedImage[],
  programs: readonly BuiltProgram[],
): Buffer {
  const components = new Map<string, object>();
  const dependencies: { ref: string; dependsOn: string[] }[] = [];
  for (const described of images) {
    const ref = imagePurl(described.image);
    components.set(ref, imageComponent(ref, described));
    const inside = new Set<string>();
    for (const found of described.packages) {
      const purl = packagePurl(found, described.system);
      inside.add(purl);
      if (!components.has(purl)) components.set(purl, packageComponent(purl, found));
    }
    dependencies.push({ ref, dependsOn: [...inside].sort(byCodePoint) });
  }
  for (const program of programs) {
    const ref = programPurl(program);
    components.set(ref, programComponent(ref, program));
    const inside = program.modules.map((module) => ({ ...module, purl: modulePurl(module) }));
    for (const { purl, path, version } of inside)
      if (!components.has(purl)) components.set(purl, { type: 'library', 'bom-ref': purl, name: path, version, purl });
    dependencies.push({ ref, dependsOn: [...new Set(inside.map(({ purl }) => purl))].sort(byCodePoint) });
  }
  const delivered = [...images.map(({ image }) => imagePurl(image)), ...programs.map(programPurl)];
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      tools: { components: [{ type: 'application', name: 'sitewright', version: programVersion }] },
      ...(subject && { component: { type: 'application', 'bom-ref': 'release', ...subject } }),
    },
    components: [...components].sort(([a], [b]) => byCodePoint(a, b)).map(([, component]) => component),
    dependencies: [
      ...(subject ? [{ ref: 'release', dependsOn: delivered.sort(byCodePoint) }] : []),
      ...dependencies.sort((a, b) => byCodePoint(a.ref, b.ref)),
    ],
  };
  const serialNumber = `urn:uuid:${nameUuid(canonicalJson(document))}`;
  return Buffer.from(
    canonicalJson({ $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json', ...document, serialNumber }),
  );
}

/** A UUID that the content alone decides (version 8 of RFC 9562). */
function nameUuid(content: string): string {
  const bytes = createHash('sha256').update(content).digest().subarray(0, 16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x80;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function imageComponent(ref: string, { image, layers, system }: DescribedImage): object {
  const [algorithm, content] = image.digest.split(':') as [string, string];
  return {
    type: 'container',
    'bom-ref': ref,
    name: image.repository,
    version: image.tag,
    purl: ref,
    hashes: [{ alg: algorithm === 'sha512' ? 'SHA-512' : 'SHA-256', content }],
    properties: [
      { name: 'sitewright:reference', value: image.reference },
      ...(system ? [{ name: 'sitewright:system', value: `${system.id} ${system.version}`.trim() }] : []),
      ...layers.map((value) => ({ name: 'sitewright:layer', value })),
    ],
  };
}

function programComponent(ref: string, { path, blob, architecture, version, licence }: BuiltProgram): object {
  return {
    type: 'application',
    'bom-ref': ref,
    name: 'registry',
    version,
    purl: ref,
    licenses: licenceChoices([licence]),
    hashes: [{ alg: 'SHA-256', content: blob.digest.slice('sha256:'.length) }],
    properties: [
      { name: 'sitewright:file', value: path },
      { name: 'sitewright:architecture', value: architecture },
    ],
  };
}

function packageComponent(purl: string, found: FoundPackage): object {
  const licences = licenceChoices(found.licences);
  return {
    type: 'library',
    'bom-ref': purl,
    name: found.name,
    version: found.version,
    purl,
    ...(licences.length > 0 && { licenses: licences }),
  };
}

/** Ids of SPDX that are frequent enough to be told apart from free words. */
const spdxIds: ReadonlySet<string> = new Set(
  `0BSD Apache-2.0 Artistic-2.0 BlueOak-1.0.0 BSD-2-Clause BSD-3-Clause BSL-1.0 CC0-1.0 CC-BY-3.0 CC-BY-4.0 curl EPL-2.0
  GPL-1.0-or-later GPL-2.0-only GPL-2.0-or-later GPL-3.0-only GPL-3.0-or-later ISC LGPL-2.0-or-later LGPL-2.1-only
  LGPL-2.1-or-later LGPL-3.0-only LGPL-3.0-or-later MIT MIT-0 MPL-1.1 MPL-2.0 OpenSSL PostgreSQL Python-2.0 SSPL-1.0 Unlicense
  WTFPL X11 Zlib`.split(/\s+/),
);

/** By the standard either licences one by one, or one expression. */
function licenceChoices(stated: readonly string[]): readonly object[] {
  const [only] = stated;
  if (stated.length === 1 && only !== undefined && isExpression(only)) return [{ expression: only }];
  return stated.map((words) => ({ license: spdxIds.has(words) ? { id: words } : { name: words } }));
}

function isExpression(words: string): boolean {
  const tokens = words.replace(/[()]/g, ' ').trim().split(/\s+/);
  return (
    tokens.length > 2 &&
    tokens.every((token) => /^(?:AND|OR|WITH)$/.test(token) || spdxIds.has(token) || /-exception/.test(token))
  );
}

const programPurl = ({ version, architecture }: BuiltProgram): string =>
  `pkg:github/distribution/distribution@v${version}?arch=${architecture}`;

const modulePurl = ({ path, version }: GoModule): string =>
  `pkg:golang/${path.split('/').map(encodeURIComponent).join('/')}@${encoded(version)}`;

const encoded = (words: string): string => encodeURIComponent(words).replaceAll('%3A', ':');

function imagePurl({ repository, tag, digest }: ReleaseImage): string {
  const name = repository.slice(repository.lastIndexOf('/') + 1);
  return `pkg:oci/${encoded(name)}@${encodeURIComponent(digest)}?repository_url=${encodeURIComponent(repository)}&tag=${encoded(tag)}`;
}

function packagePurl(found: FoundPackage, system: ImagePackages['system']): string {
  if (found.kind === 'npm')
    return `pkg:npm/${found.name.split('/').map(encodeURIComponent).join('/')}@${encoded(found.version)}`;
  const distribution = system?.id ?? (found.kind === 'deb' ? 'debian' : 'alpine');
  const qualifiers = [
    ...(found.architecture ? [`arch=${encoded(found.architecture)}`] : []),
    ...(system?.version ? [`distro=${encoded(`${system.id}-${system.version}`)}`] : []),
  ];
  const query = qualifiers.length > 0 ? `?${qualifiers.join('&')}` : '';
  return `pkg:${found.kind}/${encoded(distribution)}/${encoded(found.name)}@${encoded(found.version)}${query}`;
}
