// Registries of other makers, each with its own reading of the specification.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { testPath } from '../../../electron/engine/images/path-test/run.ts';
import { proveImages } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { connect } from '../../fault/push-content.ts';
import { startFaultProxy } from '../../kit/fault-proxy.ts';
import { type OtherRegistry, otherRegistries, startOtherRegistry } from '../../kit/other-registry.ts';
import { testImages } from '../../unit/images/content.ts';

const layerBytes = 6_000_000;
const chunkBytes = 1024 ** 2;

/** What the test of the way has to say of each, and how much of a cut layer may cross the line twice. */
const manners: Readonly<Record<OtherRegistry, { readonly warnings: readonly string[]; readonly twice: number }>> = {
  // It answers no question about an upload.
  crane: { warnings: ['not-resumable'], twice: layerBytes },
  olareg: { warnings: [], twice: 2 * chunkBytes },
};

for (const name of otherRegistries) {
  test(`${name}: tried, pushed over a line that is cut, read back, unchanged again`, async (t) => {
    const real = await startOtherRegistry(name);
    if ('skipped' in real) return t.skip(real.skipped);
    t.after(real.stop);
    const proxy = await startFaultProxy(real.url);
    t.after(proxy.stop);
    const registry = connect(proxy.url);
    t.after(() => registry.close());
    const made = await testImages([
      { reference: 'energy/api:1', layers: { base: layerBytes, empty: 0, api: 300_000 }, index: true },
      { reference: 'energy/jobs:1', layers: { base: layerBytes, jobs: 1 } },
    ]);
    const { images } = made;
    const { signal } = new AbortController();
    const repositories = images.map(({ image }) => registry.repository(image.repository));
    const way = await testPath({ registry, repositories, largest: layerBytes, signal, now: () => new Date() });
    const found = (status: string) => way.probes.filter((probe) => probe.status === status).map(({ cause }) => cause);
    assert.deepEqual([found('failed'), found('warning')], [[], manners[name].warnings]);

    const patience = { pauseMs: 5, longestMs: 20 };
    const push = () => pushImages({ ...made, registry, signal, patience, chunkBytes, progress: () => undefined });
    proxy.forget();
    proxy.plant({ kind: 'cut', method: 'PATCH', afterBytes: 700_000, times: 1 });
    const first = await push();
    assert.ok(first.setbacks > 0, 'the line was cut');
    // Where nothing is mounted, a shared layer is sent once for each repository.
    const copies = first.mounted > 0 ? 1 : 2;
    const once = copies * layerBytes + 300_000 + 10_000;
    const sent = proxy.sent({ method: 'PATCH' });
    assert.ok(sent <= once + manners[name].twice, `${sent} of ${once}`);
    for (const bytes of [false, true]) {
      const proofs = await proveImages(registry, images, { bytes });
      for (const { missing, altered } of proofs) assert.deepEqual({ missing, altered }, { missing: [], altered: [] });
    }
    const again = await push();
    assert.deepEqual([again.uploaded, again.bytesSent], [0, 0]);
  });
}
