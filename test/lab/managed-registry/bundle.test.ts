import assert from 'node:assert/strict';
import { createHash, generateKeyPairSync } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import { bundleDetails } from '../../../electron/engine/bundle/calls.ts';
import { openBundle } from '../../../electron/engine/bundle/open.ts';
import { verifyBundle } from '../../../electron/engine/bundle/verify.ts';
import { orSkipped } from '../../kit/debian.ts';
import { goProgram } from '../../kit/go.ts';
import { addRegistry, registryPath, registryVersion } from '../../kit/registry-release.ts';
import { copySample } from '../../unit/bundle/sample-copy.ts';

test('a bundle carries the registry as a blob, with licence and modules in its bill of materials, and proves it', async (t) => {
  const program = await orSkipped(() => goProgram('registry'), 'no registry');
  if (typeof program !== 'string') return t.skip(program.skipped);
  const sample = await copySample();
  try {
    await addRegistry(sample.folder);
    const out = join(sample.root, 'bundle');
    await buildBundle({ source: sample.folder, out, signingKey: generateKeyPairSync('ed25519').privateKey });
    const bundle = await openBundle([out]);
    const details = await bundleDetails(bundle);
    const digest = `sha256:${createHash('sha256')
      .update(await readFile(program))
      .digest('hex')}`;
    assert.deepEqual(
      [details.registry?.version, details.registry?.licence, details.registry?.programs.map((one) => one.digest)],
      [registryVersion, 'Apache-2.0', [digest]],
    );

    const { components, dependencies } = JSON.parse(details.sbom ?? '') as {
      components: { name: string; purl: string; version: string; licenses?: unknown }[];
      dependencies: { ref: string; dependsOn: string[] }[];
    };
    const purl = `pkg:github/distribution/distribution@v${registryVersion}?arch=amd64`;
    const registry = components.find((component) => component.purl === purl);
    assert.deepEqual(registry?.licenses, [{ license: { id: 'Apache-2.0' } }]);
    const inside = dependencies.find(({ ref }) => ref === purl)?.dependsOn ?? [];
    assert.ok(inside.includes('pkg:golang/github.com/opencontainers/go-digest@v1.0.0'), inside.join('\n'));
    assert.ok(dependencies.find(({ ref }) => ref === 'release')?.dependsOn.includes(purl));
    assert.ok(details.licences?.some(({ licence }) => licence === 'Apache-2.0'));
    assert.equal(
      (await verifyBundle([out])).parts.every(({ ok }) => ok),
      true,
    );
    await bundle.close();

    // One wrong byte in the program is found, and named by its blob.
    const manifest = JSON.parse(await readFile(join(out, 'manifest.json'), 'utf8')) as {
      blobs: { digest: string; part: string; offset: number; size: number }[];
      files: { path: string; digest: string }[];
    };
    assert.equal(manifest.files.find(({ path }) => path === registryPath)?.digest, digest);
    const blob = manifest.blobs.find((one) => one.digest === digest)!;
    const part = await open(join(out, blob.part), 'r+');
    await part.write(Buffer.from([0x42]), 0, 1, blob.offset + blob.size - 1);
    await part.close();
    const verdict = (await verifyBundle([out])).parts.find(({ name }) => name === blob.part);
    assert.equal(verdict?.ok, false);
    assert.ok(JSON.stringify(verdict.problem).includes(digest));
  } finally {
    await sample.remove();
  }
});
