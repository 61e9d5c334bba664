import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { buildImageBundle } from '../../../electron/engine/bundle/build-images.ts';
import { bundleDetails } from '../../../electron/engine/bundle/calls.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { configType, handMadeLayout, layerType, manifestType, tarOf } from '../../kit/oci-layout.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
let root: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'sitewright-sbom-'));
});
after(() => rm(root, { recursive: true, force: true }));

type Document = {
  readonly specVersion: string;
  readonly components: {
    type: string;
    name: string;
    version: string;
    purl: string;
    licenses?: unknown;
    hashes?: unknown;
  }[];
  readonly dependencies: { ref: string; dependsOn: string[] }[];
};

async function describe(
  layers: readonly Buffer[],
): Promise<{ text: string; document: Document; details: Awaited<ReturnType<typeof bundleDetails>> }> {
  const folder = await mkdtemp(join(root, 'layout-'));
  const layout = await handMadeLayout(folder);
  const config = await layout.put({ rootfs: { type: 'layers', diff_ids: [] } }, configType);
  const put = await Promise.all(layers.map((layer) => layout.put(layer, layerType)));
  await layout.name(
    await layout.put({ schemaVersion: 2, mediaType: manifestType, config, layers: put }, manifestType),
    'energy/api:4.2.0',
  );
  const out = await mkdtemp(join(root, 'bundle-'));
  await buildImageBundle({ from: [folder], out, signingKey });
  const bundle = await openBundle([out]);
  const details = await bundleDetails(bundle);
  await bundle.close();
  return { text: details.sbom ?? '', document: JSON.parse(details.sbom ?? '') as Document, details };
}

const status = (entries: readonly [string, string, string?][]) =>
  entries
    .map(
      ([name, version, state = 'install ok installed']) =>
        `Package: ${name}\nStatus: ${state}\nArchitecture: amd64\nVersion: ${version}\nDescription: words\n Version: 9 in a continuation\n`,
    )
    .join('\n');

test('packages of dpkg, apk and Node are named with version, purl and licence, whatever packs the layer', async () => {
  const debian = await tarOf({
    './etc/os-release': 'PRETTY_NAME="Debian"\nID=debian\nVERSION_ID="12"\n',
    './var/lib/dpkg/status': status([
      ['openssl', '3.0.15-1~deb12u1'],
      ['old', '1', 'deinstall ok config-files'],
    ]),
    './var/lib/dpkg/status.d/tzdata': 'Package: tzdata\nVersion: 2024b-0+deb12u1\nArchitecture: all\n',
    './var/lib/dpkg/status.d/tzdata.md5sums': 'abc  usr/share\n',
    './usr/share/doc/openssl/copyright':
      'Format: https://www.debian.org/\n\nFiles: *\nLicense: Apache-2.0\n\nFiles: x\nLicense: Artistic-2.0\n',
  });
  const node = await tarOf({
    'app/node_modules/@scope/part/package.json':
      '{"name":"@scope/part","version":"1.0.0-rc.1","license":"(MIT OR Apache-2.0)"}',
    'app/node_modules/pg/package.json': '{"name":"pg","version":"8.23.1","license":"MIT"}',
    'app/node_modules/pg/lib/package.json': '{"type":"module"}',
    'app/node_modules/odd/package.json': '{"name":"odd","version":"1.0.0","license":"see LICENSE"}',
    'app/package.json': '{"name":"the-service","version":"4.2.0"}',
    'app/node_modules/broken/package.json': '{',
  });
  const { document, details } = await describe([gzipSync(debian), zstdCompressSync(node), Buffer.from('no tar')]);
  assert.equal(document.specVersion, '1.6');
  assert.deepEqual(
    document.components.filter(({ type }) => type === 'library').map(({ purl, licenses }) => [purl, licenses]),
    [
      [
        'pkg:deb/debian/openssl@3.0.15-1~deb12u1?arch=amd64&distro=debian-12',
        [{ license: { id: 'Apache-2.0' } }, { license: { id: 'Artistic-2.0' } }],
      ],
      ['pkg:deb/debian/tzdata@2024b-0%2Bdeb12u1?arch=all&distro=debian-12', undefined],
      ['pkg:npm/%40scope/part@1.0.0-rc.1', [{ expression: '(MIT OR Apache-2.0)' }]],
      ['pkg:npm/odd@1.0.0', [{ license: { name: 'see LICENSE' } }]],
      ['pkg:npm/pg@8.23.1', [{ license: { id: 'MIT' } }]],
    ],
  );
  const image = document.components.find(({ type }) => type === 'container')!;
  assert.deepEqual([image.name, image.version], ['energy/api', '4.2.0']);
  assert.deepEqual(image.hashes, [{ alg: 'SHA-256', content: details.images[0]!.digest.slice(7) }]);
  assert.equal(document.dependencies.find(({ ref }) => ref === image.purl)!.dependsOn.length, 5);
  assert.deepEqual(
    details.licences?.find(({ licence }) => licence === ''),
    { licence: '', packages: 1 },
  );
});

test('what a later layer takes away or replaces is not listed', async () => {
  const base = await tarOf({
    'etc/os-release': 'ID=alpine\nVERSION_ID=3.20.3\n',
    'lib/apk/db/installed': 'P:musl\nV:1.2.5-r0\nA:x86_64\nL:MIT\n\nP:curl\nV:8.9.0-r0\nA:x86_64\nL:curl\n',
    'a/node_modules/gone/package.json': '{"name":"gone","version":"1.0.0"}',
    'b/node_modules/emptied/package.json': '{"name":"emptied","version":"1.0.0"}',
    'c/node_modules/kept/package.json': '{"name":"kept","version":"1.0.0"}',
  });
  const top = await tarOf({
    'lib/apk/db/installed': 'P:musl\nV:1.2.5-r1\nA:x86_64\nL:MIT\n',
    'a/node_modules/.wh.gone': '',
    'b/.wh..wh..opq': '',
    'b/node_modules/new/package.json': '{"name":"new","version":"2.0.0"}',
  });
  const { document } = await describe([gzipSync(base), gzipSync(top)]);
  assert.deepEqual(
    document.components.filter(({ type }) => type === 'library').map(({ purl }) => purl),
    ['pkg:apk/alpine/musl@1.2.5-r1?arch=x86_64&distro=alpine-3.20.3', 'pkg:npm/kept@1.0.0', 'pkg:npm/new@2.0.0'],
  );
});

test('the same images give the same document', async () => {
  const layer = gzipSync(await tarOf({ 'node_modules/pg/package.json': '{"name":"pg","version":"8.23.1"}' }));
  assert.equal((await describe([layer])).text, (await describe([layer])).text);
});
