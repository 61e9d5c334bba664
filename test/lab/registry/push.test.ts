import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, type TestContext, test } from 'node:test';
import type { ReleaseBundle } from '../../../electron/engine/bundle/bundle.ts';
import { openReleaseBundle } from '../../../electron/engine/bundle/open.ts';
import { issueLeaf, issueRoot } from '../../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { readImage } from '../../../electron/engine/images/content.ts';
import { proveImage } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { buildSample } from '../../kit/practice-home.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';

let home: string;
let bundle: ReleaseBundle;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'sitewright-lab-'));
  bundle = await openReleaseBundle([await buildSample(home)]);
});
after(async () => {
  await bundle?.close();
  rmSync(home, { recursive: true, force: true });
});

async function withRegistry(
  t: TestContext,
  tls: { certificate: string; key: string } | undefined,
  work: (registry: RealRegistry) => Promise<void>,
): Promise<void> {
  const registry = await startRegistry({ ...(tls && { tls }) });
  if ('skipped' in registry) return t.skip(registry.skipped);
  try {
    await work(registry);
  } finally {
    await registry.stop();
  }
}

const endpointOf = (url: string) => ({
  url,
  prefix: 'site/delivery',
  user: '',
  credential: 'registry',
  host: 'data-01',
  names: [],
});

test('the sample images go into a real registry, each layer once, and read back whole', async (t) => {
  await withRegistry(t, undefined, async (real) => {
    const registry = connectRegistry({ endpoint: endpointOf(real.url), password: () => '', authorities: [] });
    try {
      const images = await Promise.all(bundle.release.images.map((image) => readImage(bundle, image)));
      const push = () =>
        pushImages({ bundle, registry, images, signal: AbortSignal.timeout(60_000), progress: () => undefined });
      const first = await push();
      const unique = new Map(images.flatMap((image) => image.blobs.map((blob) => [blob.digest, blob.size])));
      assert.equal(first.uploaded, unique.size);
      assert.equal(
        first.bytesSent,
        [...unique.values()].reduce((sum, size) => sum + size, 0),
      );
      assert.equal(first.mounted, images.reduce((sum, image) => sum + image.blobs.length, 0) - unique.size);
      for (const image of images) assert.deepEqual((await proveImage(registry, image)).missing, []);
      assert.deepEqual(await registry.tags(registry.repository('energy/api')), ['4.2.0']);
      assert.deepEqual(
        { ...(await push()) },
        {
          blobs: 0,
          uploaded: 0,
          mounted: 0,
          present: 0,
          bytesSent: 0,
          setbacks: 0,
          paused: false,
        },
      );
    } finally {
      await registry.close();
    }
  });
});

test('TLS by the site CA is verified: trusted with it, refused without', async (t) => {
  const rootKey = await makePrivateKey();
  const leafKey = await makePrivateKey();
  const now = new Date();
  const root = await issueRoot({ key: rootKey, name: 'lab root CA', now });
  const leaf = await issueLeaf({
    key: leafKey,
    issuer: { certificate: root, key: rootKey },
    names: ['registry.lab', '127.0.0.1'],
    usages: ['server'],
    now,
  });
  await withRegistry(t, { certificate: leaf, key: leafKey }, async (real) => {
    const trusting = connectRegistry({ endpoint: endpointOf(real.url), password: () => '', authorities: [root] });
    const strange = connectRegistry({ endpoint: endpointOf(real.url), password: () => '', authorities: [] });
    try {
      await trusting.ping();
      await assert.rejects(strange.ping(), { code: 'registry-tls-untrusted' });
    } finally {
      await trusting.close();
      await strange.close();
    }
  });
});
