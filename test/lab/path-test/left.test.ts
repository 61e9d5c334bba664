import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { PathReport } from '../../../electron/contract/path-test.ts';
import { throwawayName } from '../../../electron/contract/path-test.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { emptyConfig, smallBlob } from '../../../electron/engine/images/path-test/content.ts';
import { testPath } from '../../../electron/engine/images/path-test/run.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../kit/fault-proxy.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';
import { registryContent } from '../../kit/registry-content.ts';

/** What a path test leaves at a registry that gives every upload's newest address: nothing, however it ends. */
const found = await startRegistry({ version: '3' });
const skip = 'skipped' in found ? found.skipped : false;
const registry = found as RealRegistry;
let proxy: FaultProxy;

before(async () => {
  if (skip === false) proxy = await startFaultProxy(registry.url);
});
after(async () => {
  await proxy?.stop();
  if (skip === false) await registry.stop();
});

type Way = { readonly signal?: AbortSignal; readonly progress?: (done: number) => void };

async function tryWay({ signal = new AbortController().signal, progress }: Way = {}): Promise<PathReport> {
  const client = connectRegistry({
    endpoint: { url: proxy.url, prefix: '', user: '', credential: 'registry' },
    password: () => '',
    authorities: [],
  });
  try {
    return await testPath({
      ...{ registry: client, signal, repositories: ['energy/api', 'other/api'], largest: 424_000_000 },
      ...{ now: () => new Date(), ...(progress && { progress }) },
    });
  } finally {
    await client.close();
  }
}

const place = `energy/${throwawayName}`;
const uploads = /\/blobs\/uploads\//;
const content = () => registryContent(registry.folder);
const statusOf = ({ probes }: PathReport, id: string) => probes.find((probe) => probe.id === id)?.status;

const planted: readonly [string, ...Fault[]][] = [
  ['nothing'],
  ['a PATCH is refused', { kind: 'answer', method: 'PATCH', path: uploads, status: 403 }],
  ['a PATCH breaks', { kind: 'cut', method: 'PATCH', afterBytes: 10 }],
  ['a PUT is refused', { kind: 'answer', method: 'PUT', path: uploads, status: 500 }],
  ['the answer to a PUT is lost', { kind: 'lose-answer', method: 'PUT', path: uploads }],
  ['what was stored is not given back', { kind: 'content-gone', path: /blobs/ }],
  ['the first piece is refused', { kind: 'body-limit', bytes: 1000 }],
  ['the second piece is lost', { kind: 'first-chunk-only' }],
  ['a large body is refused', { kind: 'body-limit', bytes: 100_000 }],
  ['the manifest is refused', { kind: 'answer', method: 'PUT', path: /manifests/, status: 400 }],
  ['the answer to a manifest is lost', { kind: 'lose-answer', method: 'PUT', path: /manifests/ }],
  ['the manifest is not given back', { kind: 'content-gone', path: /manifests/ }],
  ['the mount is refused', { kind: 'answer', method: 'POST', path: /mount=/, status: 400 }],
  ['the answer to a mount is lost', { kind: 'lose-answer', method: 'POST', path: /mount=/ }],
  ['another project is refused', { kind: 'answer', method: 'POST', path: /\/other\//, status: 403 }],
];

for (const [what, ...faults] of planted) {
  test(`nothing stays: ${what}`, { skip, timeout: 60_000 }, async () => {
    proxy.plant(...faults);
    assert.deepEqual((await tryWay()).left, []);
    assert.deepEqual(content(), []);
  });
}

test('what cannot be taken away after a failure is told, and nothing else', { skip }, async () => {
  proxy.plant(
    { kind: 'answer', method: 'DELETE', path: /sha256/, status: 405 },
    { kind: 'answer', method: 'PUT', path: /manifests/, status: 400 },
    { kind: 'answer', method: 'GET', path: /sha256/, times: 1, status: 404 },
  );
  const early = await tryWay();
  assert.equal(statusOf(early, 'read-back'), 'failed');
  assert.equal(statusOf(early, 'delete'), 'skipped');
  const small = [`${place}@${emptyConfig.digest}`, `${place}@${smallBlob.digest}`].sort();
  assert.deepEqual([...early.left].sort(), small);
  assert.deepEqual(content(), small);
  const late = await tryWay();
  assert.equal(statusOf(late, 'manifest'), 'failed');
  assert.equal(late.left.length, 3, 'the layer in pieces too');
  assert.deepEqual([...late.left].sort(), content());
  // An upload that stays is no piece of content.
  proxy.plant({ kind: 'answer', method: ['DELETE', 'PATCH'], path: uploads, status: 404 });
  assert.deepEqual((await tryWay()).left, []);
});

test('a test that is cancelled takes away what it stored, and says that it was cancelled', { skip }, async () => {
  await registry.restart();
  proxy.plant();
  await tryWay();
  const before = content();
  for (const at of [4, 6, 8, 9]) {
    const cancel = new AbortController();
    const why = new Error('enough');
    const progress = (done: number) => {
      if (done === at) cancel.abort(why);
    };
    await assert.rejects(tryWay({ signal: cancel.signal, progress }), (error) => error === why);
    assert.deepEqual(content(), before, String(at));
  }
});

test('the end of a cancelled test is short where the registry stands still', { skip, timeout: 30_000 }, async () => {
  const cancel = new AbortController();
  const progress = (done: number) => {
    if (done < 9) return;
    proxy.plant({ kind: 'stall', afterBytes: 0 });
    cancel.abort();
  };
  const begun = performance.now();
  await assert.rejects(tryWay({ signal: cancel.signal, progress }), { name: 'AbortError' });
  assert.ok(performance.now() - begun < 12_000);
});
