import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { testPath } from '../../../electron/engine/images/path-test/run.ts';
import { proveImages } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { connect } from '../../fault/push-content.ts';
import { type StoreManner, startBlobStore } from '../../kit/blob-store.ts';
import { registryVersions, startRegistry } from '../../kit/registry.ts';
import { startTokenServer } from '../../kit/token-server.ts';
import { testImages } from '../../unit/images/content.ts';

const manners: readonly (readonly [string, StoreManner])[] = [
  ['says the size', {}],
  ['takes its addresses for reading only', { refusesHead: true }],
  ['and gives whole content only', { refusesHead: true, ignoresRange: true }],
  ['and tells no length', { refusesHead: true, ignoresRange: true, hidesLength: true }],
];

for (const version of registryVersions) {
  for (const [name, manner] of manners) {
    test(`registry ${version} before a store that ${name}: tried, pushed, read back, unchanged again`, async (t) => {
      const store = await startBlobStore();
      t.after(store.stop);
      const tokens = await startTokenServer({ lifeSeconds: 60 });
      t.after(tokens.stop);
      const real = await startRegistry({ version, tokens, store: store.url });
      if ('skipped' in real) return t.skip(real.skipped);
      t.after(real.stop);
      store.serve(join(real.folder, 'data'), manner);
      const registry = connect(real.url, tokens);
      t.after(() => registry.close());
      const made = await testImages([
        { reference: 'energy/api:1', layers: { base: 700_000, empty: 0, api: 300_000 } },
        { reference: 'energy/jobs:1', layers: { base: 700_000, jobs: 1 } },
      ]);
      const { images } = made;
      const { signal } = new AbortController();
      const repositories = images.map(({ image }) => registry.repository(image.repository));
      const way = await testPath({ registry, repositories, largest: 700_000, signal, now: () => new Date() });
      assert.equal(way.verdict, 'passed', JSON.stringify(way.probes.filter(({ status }) => status === 'failed')));

      const push = () => pushImages({ ...made, registry, signal, progress: () => undefined });
      store.seen.length = 0;
      assert.equal((await push()).uploaded, 6);
      for (const bytes of [false, true]) {
        const proofs = await proveImages(registry, images, { bytes });
        for (const { missing, altered } of proofs) assert.deepEqual({ missing, altered }, { missing: [], altered: [] });
      }
      const again = await push();
      assert.deepEqual([again.uploaded, again.bytesSent], [0, 0]);
      assert.ok(
        store.seen.some((one) => one.startsWith('GET 20')),
        'the store was read',
      );
      assert.ok(
        store.seen.some((one) => one === (manner.refusesHead ? 'HEAD 403' : 'HEAD 200')),
        'the store was asked',
      );
      assert.ok(!store.seen.some((one) => one.endsWith(' 400')), 'without the account');
    });
  }
}
