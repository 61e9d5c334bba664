import assert from 'node:assert/strict';
import { test } from 'node:test';
import { proveImages } from '../../../electron/engine/images/prove.ts';
import { push, two } from './pushing.ts';
import { faultyRegistry } from './registry.ts';

test('images are proven together, each by its own: in their order, what is gone named where it is gone', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  const made = await two();
  await push(client, made);
  const [api, jobs] = made.images;
  const base = api!.blobs.find(({ digest }) => jobs!.blobs.some((blob) => blob.digest === digest))!;
  await client.deleteBlob(client.repository(api!.image.repository), base.digest);

  const told: number[] = [];
  registry.seen.length = 0;
  const proofs = await proveImages(client, made.images, { told: (done) => told.push(done) });
  assert.deepEqual(
    proofs.map(({ complete, missing, altered }) => ({ complete, missing, altered })),
    [
      { complete: false, missing: [base.digest], altered: [] },
      { complete: true, missing: [], altered: [] },
    ],
  );
  assert.deepEqual(told, [1, 2]);
  const asked = registry.seen.filter(({ method, path }) => method !== 'POST' && path !== '/v2/');
  const checked = proofs.reduce((sum, proof) => sum + proof.checked, 0);
  // Beside those that only learn how to sign in.
  const answered = asked.filter(({ authorization }) => authorization !== undefined);
  assert.equal(answered.length, checked, 'a question for each blob, manifest and tag');
});
