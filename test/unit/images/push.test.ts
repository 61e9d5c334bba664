import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import { test } from 'node:test';
import { SitewrightError as Failure, type SitewrightError } from '../../../electron/contract/errors.ts';
import { bodyOf } from '../../../electron/engine/drivers/registry/calls.ts';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { createPushJournal } from '../../../electron/engine/images/journal.ts';
import { planPush } from '../../../electron/engine/images/plan-push.ts';
import { proveImage } from '../../../electron/engine/images/prove.ts';
import { pushImages } from '../../../electron/engine/images/push.ts';
import { isCode, isFound } from '../../kit/errors.ts';
import { testImages } from './content.ts';
import { push, two } from './pushing.ts';
import { type FaultyRegistry, faultyRegistry } from './registry.ts';

const requests = ({ seen }: FaultyRegistry) =>
  seen.map(
    ({ method, path }) => `${method} ${path.replace(/sha256:[0-9a-f]{64}/g, 'DIGEST').replace(/[0-9a-f-]{36}/, 'ID')}`,
  );
const bodies = ({ seen }: FaultyRegistry) =>
  seen.filter(({ method }) => method === 'PATCH').reduce((sum, { bytes }) => sum + bytes, 0);

test('blobs first, each once over the wire; manifests by digest; tags last; then everything proven', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await two();
  const result = await push(client, made);
  const unique = new Map(made.images.flatMap(({ blobs }) => blobs.map((blob) => [blob.digest, blob.size])));
  const total = [...unique.values()].reduce((sum, size) => sum + size, 0);
  assert.deepEqual(
    [result.blobs, result.uploaded, result.mounted, result.present, result.bytesSent],
    [5, 5, 1, 0, total],
  );
  assert.equal(bodies(registry), total, 'the shared layer crossed the wire once');
  assert.deepEqual(
    result.shown,
    [...result.shown].sort((a, b) => a - b),
    'progress never goes back',
  );
  assert.equal(result.shown.at(-1), 1);

  const order = requests(registry);
  const last = (part: string) => order.findLastIndex((line) => line.includes(part));
  const first = (part: string) => order.findIndex((line) => line.includes(part));
  assert.ok(last('blobs/uploads/ID') < first('PUT /v2/site/energy/api/manifests/DIGEST'));
  assert.ok(last('manifests/DIGEST') < first('PUT /v2/site/energy/api/manifests/4.2.0'));
  assert.deepEqual(order.slice(-2), [
    'PUT /v2/site/energy/api/manifests/4.2.0',
    'PUT /v2/site/energy/jobs/manifests/4.2.0',
  ]);
  for (const image of made.images) assert.deepEqual((await proveImage(client, image)).missing, []);
  assert.deepEqual(await client.tags('site/energy/jobs'), ['4.2.0']);
});

test('pushed again, one request per tag', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await two();
  await push(client, made);
  registry.seen.length = 0;
  const result = await push(client, made);
  assert.deepEqual(requests(registry), [
    'HEAD /v2/site/energy/api/manifests/4.2.0',
    'HEAD /v2/site/energy/jobs/manifests/4.2.0',
  ]);
  assert.deepEqual([result.blobs, result.bytesSent], [0, 0]);
});

test('what is there already is not sent again', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await two();
  await push(client, { ...made, images: made.images.slice(0, 1) });
  registry.seen.length = 0;
  const result = await push(client, made);
  assert.deepEqual(
    [result.blobs, result.uploaded, result.mounted],
    [3, 2, 1],
    'the base is mounted from the image that was there',
  );
  assert.ok(result.bytesSent < 200_000, `${result.bytesSent}`);

  // A tag that points elsewhere is put right, and sends only what is missing.
  const newer = await testImages([{ reference: 'energy/api:4.2.0', layers: { other: 1000 } }]);
  await push(client, newer);
  registry.seen.length = 0;
  const again = await push(client, made);
  assert.deepEqual([again.uploaded, again.present], [0, 3]);
  assert.deepEqual((await proveImage(client, made.images[0]!)).missing, []);
});

test('a connection that is cut in the middle of a blob is tried again', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  let cuts = 0;
  registry.fault = ({ method, length }) =>
    method === 'PATCH' && length > 200_000 && cuts++ < 2 ? { cutAfter: 100_000 } : undefined;
  const result = await push(registry.connect(), made);
  assert.equal(result.uploaded, 5);
  assert.ok(result.bytesSent > 1_100_000);
  assert.deepEqual(
    result.shown,
    [...result.shown].sort((a, b) => a - b),
    'progress never goes back',
  );
  for (const image of made.images) assert.equal((await proveImage(registry.connect(), image)).complete, true);
});

test('a cut or a stumble at any other request is tried again too', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  const faulted = new Set<string>();
  registry.fault = ({ method, path }) => {
    const kind = `${method} ${path.includes('manifests') ? (path.includes('sha256') ? 'manifest' : 'tag') : path.includes('mount') ? 'mount' : 'blob'}`;
    if (faulted.has(kind)) return undefined;
    faulted.add(kind);
    return faulted.size % 2 === 0 ? { status: 503 } : { cutAfter: 0 };
  };
  await push(registry.connect(), made);
  assert.ok(faulted.size >= 8, [...faulted].join(', '));
  registry.fault = () => undefined;
  for (const image of made.images) assert.equal((await proveImage(registry.connect(), image)).complete, true);
});

test('a registry that stays away is given up, with what it was', async (t) => {
  const registry = await faultyRegistry(t);
  registry.fault = ({ method }) => (method === 'PATCH' ? { cutAfter: 0 } : undefined);
  await assert.rejects(
    push(registry.connect(), await testImages([{ reference: 'a/b:1', layers: { x: 200_000 } }])),
    isCode('registry-unreachable'),
  );
});

test('a registry that opens no uploads is asked once', async (t) => {
  const registry = await faultyRegistry(t);
  for (const status of [400, 404]) {
    registry.seen.length = 0;
    registry.fault = ({ method }) => (method === 'POST' ? { status, body: 'name unknown' } : undefined);
    await assert.rejects(
      push(registry.connect(), await testImages([{ reference: 'a/b:1', layers: {} }])),
      (error: SitewrightError) => isCode('registry-response')(error) && error.params.status === status,
    );
    assert.equal(registry.seen.filter(({ method }) => method === 'POST').length, 1);
  }
});

test('what is gone below a tag that stands is sent again when every blob is asked for', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  const client = registry.connect();
  await push(client, made);
  const [image] = made.images;
  const [blob] = image!.blobs;
  assert.equal(await client.deleteBlob(client.repository(image!.image.repository), blob!.digest), true);
  assert.equal((await push(client, made)).uploaded, 0, 'the tag alone does not tell');
  assert.equal((await proveImage(client, image!)).complete, false);
  const { bundle, images } = made;
  const signal = new AbortController().signal;
  await pushImages({
    bundle,
    registry: client,
    images,
    signal,
    broken: [image!.image.reference],
    progress: () => undefined,
  });
  assert.equal((await proveImage(client, image!)).complete, true);
});

test('a mount that is refused becomes an upload', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  // As registries do that know no mount: the parameters are passed over and an upload is opened.
  let opened = 0;
  registry.fault = (entry) => {
    if (!entry.path.includes('mount=')) return undefined;
    opened += 1;
    return {
      status: 202,
      headers: { location: '/v2/site/energy/jobs/blobs/uploads/00000000-0000-4000-8000-000000000000' },
    };
  };
  const client = registry.connect();
  const result = await push(client, made);
  assert.deepEqual([opened, result.mounted, result.uploaded], [1, 0, 6]);
  assert.ok(
    requests(registry).includes('DELETE /v2/site/energy/jobs/blobs/uploads/ID'),
    'the upload that was opened is not left behind',
  );
  for (const image of made.images) assert.equal((await proveImage(client, image)).complete, true);
});

test('an upload that was begun earlier goes on, not the empty one that a mount opened', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  const client = registry.connect();
  const [first, second] = made.images;
  await push(client, { ...made, images: [first!] });
  const shared = first!.blobs.find(({ digest }) => second!.blobs.some((blob) => blob.digest === digest))!;
  const repository = client.repository(second!.image.repository);
  const begun = await client.openUpload(repository);
  const half = made.blobs.get(shared.digest)!.subarray(0, shared.size >> 1);
  const session = await client.sendUpload(repository, begun, bodyOf(half, { ranged: true }));
  const journal = createPushJournal({ load: () => undefined, save: () => undefined });
  journal.keep(repository, shared.digest, session);
  let mounted: string | undefined;
  assert.equal((await planPush(client, made.images)).blobs, 2, 'what lies in another repository is not sent');
  const refusing: RegistryClient = {
    ...client,
    mountBlob: async () => {
      const opened = await client.openUpload(repository);
      mounted = opened.location;
      return opened;
    },
  };
  registry.seen.length = 0;
  await push(refusing, made, undefined, journal);
  const gone = registry.seen.filter(({ method }) => method === 'DELETE').map(({ path }) => path);
  assert.deepEqual(gone, [new URL(mounted!).pathname + new URL(mounted!).search]);
  assert.equal((await proveImage(client, second!)).complete, true);
});

test('a push that fails before its end leaves no tag', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await two();
  registry.fault = ({ method, path }) =>
    method === 'PUT' && /jobs\/manifests\/sha256/.test(path) ? { status: 500 } : undefined;
  const client = registry.connect();
  await assert.rejects(push(client, made), isCode('registry-response'));
  registry.fault = () => undefined;
  assert.deepEqual([...(await client.tags('site/energy/api')), ...(await client.tags('site/energy/jobs'))], []);
  for (const image of made.images) assert.equal((await proveImage(client, image)).complete, false);
  await push(client, made);
  for (const image of made.images) assert.equal((await proveImage(client, image)).complete, true);
});

test('no right to push, a full disk, a proxy’s limit: refused at once, with the registry’s words', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const causes = { 403: 'no-push-right', 405: 'read-only', 413: 'body-limit-tiny', 507: 'disk-full' } as const;
  for (const [status, cause] of Object.entries(causes)) {
    registry.seen.length = 0;
    registry.fault = ({ method }) =>
      method === 'POST' || method === 'PATCH'
        ? { status: Number(status), body: '{"errors":[{"code":"DENIED","message":"not\n here"}]}' }
        : undefined;
    await assert.rejects(push(client, await two()), (error: SitewrightError) => {
      assert.match(error.detail ?? '', new RegExp(`^${status} .*not here`));
      // Whichever of the parallel uploads was refused first.
      assert.match(String(error.params.repository), /^site\/energy\/(api|jobs)$/);
      return isFound('registry-push-refused', cause)(error);
    });
    assert.ok(
      registry.seen.filter(({ method }) => method === 'POST').length <= 4,
      'nothing new is begun after a refusal',
    );
  }
});

test('a blob that is broken in the bundle is not blamed on the line', async (t) => {
  const registry = await faultyRegistry(t);
  const made = await testImages([{ reference: 'a/b:1', layers: { x: 300_000 } }]);
  const bundle = {
    ...made.bundle,
    open: () =>
      Readable.from(
        (async function* () {
          yield Buffer.alloc(100_000);
          throw new Failure('bundle-part-corrupt', { part: 'p-1', blob: 'sha256:x' });
        })(),
        { objectMode: false },
      ),
  };
  await assert.rejects(push(registry.connect(), { ...made, bundle }), isCode('bundle-part-corrupt'));
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(requests(registry).includes('DELETE /v2/site/a/b/blobs/uploads/ID'), 'the upload is not left behind');
});

test('a registry that keeps something else than was sent is found by the proof', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await two();
  await push(client, made);
  const [image] = made.images;
  const { digest } = image!.blobs[0]!;
  registry.fault = ({ method, path }) =>
    method === 'HEAD' && path.endsWith(digest) ? { status: 200, headers: { 'content-length': '5' } } : undefined;
  assert.deepEqual((await proveImage(client, image!)).missing, [digest]);
});

test('cancelling ends a push at once', async (t) => {
  const registry = await faultyRegistry(t);
  const controller = new AbortController();
  const reason = new Failure('cancelled');
  registry.fault = ({ method }) => {
    if (method === 'PATCH') setTimeout(() => controller.abort(reason), 20);
    return method === 'PATCH' ? { cutAfter: 10_000_000 } : undefined;
  };
  const began = Date.now();
  await assert.rejects(push(registry.connect(), await two(), controller.signal), isCode('cancelled'));
  assert.ok(Date.now() - began < 3000);
  assert.deepEqual(await registry.connect().tags('site/energy/api'), []);
});
