// What the real registries do with an upload session: the facts that the push rests on.
import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { type RealRegistry, type RegistryOptions, registryVersions, startRegistry } from '../../kit/registry.ts';
import { startTokenServer } from '../../kit/token-server.ts';

async function registryFor(t: TestContext, options: RegistryOptions): Promise<RealRegistry | undefined> {
  const registry = await startRegistry(options);
  if ('skipped' in registry) {
    t.skip(registry.skipped);
    return undefined;
  }
  t.after(() => registry.stop());
  return registry;
}

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const openUpload = async (registry: RealRegistry) => {
  const answer = await fetch(`${registry.url}/v2/a/b/blobs/uploads/`, { method: 'POST' });
  assert.equal(answer.status, 202);
  return answer.headers.get('location')!;
};
const patch = (location: string, content: Buffer<ArrayBuffer>, at: number) =>
  fetch(location, {
    method: 'PATCH',
    body: content,
    headers: { 'content-type': 'application/octet-stream', 'content-range': `${at}-${at + content.length - 1}` },
  });

for (const version of registryVersions) {
  test(`registry ${version}: a session outlives a restart, its address not another secret`, async (t) => {
    const registry = await registryFor(t, { version });
    if (registry === undefined) return;
    const content = randomBytes(300_000);
    const chunk = await patch(await openUpload(registry), content.subarray(0, 100_000), 0);
    assert.equal(chunk.status, 202);
    const location = chunk.headers.get('location')!;

    await registry.restart();
    const status = await fetch(location);
    assert.deepEqual([status.status, status.headers.get('range')], [204, '0-99999']);
    const rest = await patch(status.headers.get('location')!, content.subarray(100_000), 100_000);
    assert.equal(rest.status, 202);
    const closing = `${rest.headers.get('location')}&digest=${digestOf(content)}`;
    assert.equal((await fetch(closing, { method: 'PUT' })).status, 201);
    const blob = `${registry.url}/v2/a/b/blobs/${digestOf(content)}`;
    assert.equal((await fetch(blob, { method: 'HEAD' })).headers.get('content-length'), '300000');

    const other = await patch(await openUpload(registry), content, 0);
    await registry.restart({ secret: 'another' });
    // 3 looks at the signature of a status request no more, and gives an address with its new one.
    const asked = await fetch(other.headers.get('location')!);
    if (version === '2.8') assert.ok(asked.status >= 400, String(asked.status));
    else assert.deepEqual([asked.status, asked.headers.get('range')], [204, '0-299999']);
    assert.ok((await patch(other.headers.get('location')!, content, 300_000)).status >= 400, 'the old one is void');
    assert.equal((await fetch(blob, { method: 'HEAD' })).status, 200, 'content stays');
  });

  test(`registry ${version}: a disk that fills refuses, and goes on serving`, async (t) => {
    const registry = await registryFor(t, { version, diskMiB: 2 });
    if (registry === undefined) return;
    const answer = await patch(await openUpload(registry), randomBytes(4_000_000), 0).catch(() => undefined);
    assert.ok(answer === undefined || answer.status >= 500, String(answer?.status));
    assert.equal((await fetch(`${registry.url}/v2/`)).status, 200);
  });

  test(`registry ${version}: a token opens what it was asked for, until its life ends`, async (t) => {
    const tokens = await startTokenServer({ lifeSeconds: 2 });
    t.after(() => tokens.stop());
    const registry = await registryFor(t, { version, tokens });
    if (registry === undefined) return;
    const refused = await fetch(`${registry.url}/v2/`);
    assert.equal(refused.status, 401);
    assert.ok(refused.headers.get('www-authenticate')?.startsWith(`Bearer realm="${tokens.url}"`));
    const account = { authorization: `Basic ${Buffer.from(`${tokens.user}:${tokens.password}`).toString('base64')}` };
    assert.equal((await fetch(tokens.url)).status, 401);
    const asked = await fetch(`${tokens.url}?service=x&scope=repository:a/b:pull,push`, { headers: account });
    const { token } = (await asked.json()) as { token: string };
    const post = () =>
      fetch(`${registry.url}/v2/a/b/blobs/uploads/`, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    assert.equal((await post()).status, 202);
    const elsewhere = `${registry.url}/v2/other/blobs/uploads/`;
    const { status } = await fetch(elsewhere, { method: 'POST', headers: { authorization: `Bearer ${token}` } });
    assert.equal(status, 401);
    await wait(3500);
    assert.equal((await post()).status, 401);
  });
}
