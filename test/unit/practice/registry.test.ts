import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { connect } from 'node:tls';
import { ownCertificate } from '../../../electron/practice/certificate.ts';
import { registryCaller, run, signIn, type TestSite, testSite, writeRemote } from './site.ts';

let practice: TestSite;
let registry: ReturnType<typeof registryCaller>;
before(async () => {
  practice = await testSite();
  registry = registryCaller(practice.site);
});
after(async () => {
  await registry.close();
  await practice.close();
});

const digestOf = (content: Buffer | string) => `sha256:${createHash('sha256').update(content).digest('hex')}`;
const imageType = 'application/vnd.oci.image.manifest.v1+json';

async function push(repository: string, content: Buffer): Promise<string> {
  const digest = digestOf(content);
  const opened = await registry.call('POST', `/v2/${repository}/blobs/uploads/`);
  assert.equal(opened.status, 202);
  const patched = await registry.call('PATCH', opened.headers.location!, content);
  assert.equal(patched.status, 202);
  const closed = await registry.call('PUT', `${patched.headers.location}?digest=${digest}`);
  assert.equal(closed.status, 201);
  return digest;
}

function image(config: string, layers: readonly string[]): string {
  const part = (digest: string) => ({ mediaType: 'application/octet-stream', digest, size: 1 });
  return JSON.stringify({ schemaVersion: 2, mediaType: imageType, config: part(config), layers: layers.map(part) });
}

test('only the account is let in', async () => {
  const stranger = registryCaller(practice.site, 'wrong');
  const answer = await stranger.call('GET', '/v2/');
  assert.equal(answer.status, 401);
  assert.match(answer.headers['www-authenticate']!, /^Basic realm=/);
  assert.equal(answer.json().errors[0]!.code, 'UNAUTHORIZED');
  await stranger.close();
  assert.equal((await registry.call('GET', '/v2/')).status, 200);
});

test('push, pull, mount, tags, catalogue, delete', async () => {
  const layer = randomBytes(3_000_000);
  const [layerDigest, configDigest] = [await push('energy/api', layer), await push('energy/api', Buffer.from('{}'))];
  const head = await registry.call('HEAD', `/v2/energy/api/blobs/${layerDigest}`);
  assert.deepEqual([head.status, head.headers['content-length']], [200, String(layer.length)]);
  assert.deepEqual((await registry.call('GET', `/v2/energy/api/blobs/${layerDigest}`)).content, layer);
  const part = await registry.call('GET', `/v2/energy/api/blobs/${layerDigest}`, undefined, { range: 'bytes=10-19' });
  assert.equal(part.status, 206);
  assert.deepEqual(part.content, layer.subarray(10, 20));
  assert.equal(
    (await registry.call('GET', `/v2/energy/api/blobs/${layerDigest}`, undefined, { range: 'bytes=9000000-' })).status,
    416,
  );

  // What another repository has is not there before it is mounted.
  assert.equal((await registry.call('HEAD', `/v2/energy/jobs/blobs/${layerDigest}`)).status, 404);
  const mounted = await registry.call('POST', `/v2/energy/jobs/blobs/uploads/?mount=${layerDigest}&from=energy/api`);
  assert.equal(mounted.status, 201);
  assert.equal((await registry.call('HEAD', `/v2/energy/jobs/blobs/${layerDigest}`)).status, 200);
  assert.equal(
    (await registry.call('POST', `/v2/energy/jobs/blobs/uploads/?mount=${digestOf('x')}&from=energy/api`)).status,
    202,
  );

  const manifest = image(configDigest, [layerDigest]);
  const refused = await registry.call('PUT', '/v2/energy/jobs/manifests/4.2.0', manifest, {
    'content-type': imageType,
  });
  assert.deepEqual([refused.status, refused.json().errors[0]!.code], [400, 'MANIFEST_BLOB_UNKNOWN']);
  const kept = await registry.call('PUT', '/v2/energy/api/manifests/4.2.0', manifest, { 'content-type': imageType });
  assert.deepEqual([kept.status, kept.headers['docker-content-digest']], [201, digestOf(manifest)]);
  const pulled = await registry.call('GET', '/v2/energy/api/manifests/4.2.0');
  assert.equal(pulled.content.toString(), manifest);
  assert.equal(pulled.headers['content-type'], imageType);
  assert.equal((await registry.call('HEAD', `/v2/energy/api/manifests/${digestOf(manifest)}`)).status, 200);
  const index = JSON.stringify({ schemaVersion: 2, manifests: [{ digest: digestOf('unknown'), size: 1 }] });
  assert.equal(
    (await registry.call('PUT', '/v2/energy/api/manifests/all', index)).json().errors[0]!.code,
    'MANIFEST_INVALID',
  );
  const typed = await registry.call('PUT', '/v2/energy/api/manifests/all', index, {
    'content-type': 'application/vnd.oci.image.index.v1+json',
  });
  assert.equal(typed.json().errors[0]!.code, 'MANIFEST_BLOB_UNKNOWN');

  await registry.call('PUT', '/v2/energy/api/manifests/latest', manifest, { 'content-type': imageType });
  assert.deepEqual((await registry.call('GET', '/v2/energy/api/tags/list')).json().tags, ['4.2.0', 'latest']);
  const page = await registry.call('GET', '/v2/energy/api/tags/list?n=1');
  assert.deepEqual(page.json().tags, ['4.2.0']);
  assert.match(page.headers.link!, /last=4\.2\.0/);
  assert.deepEqual((await registry.call('GET', '/v2/_catalog')).json().repositories, ['energy/api', 'energy/jobs']);
  assert.equal((await registry.call('DELETE', `/v2/energy/api/manifests/${digestOf(manifest)}`)).status, 202);
  assert.equal(
    (await registry.call('GET', '/v2/energy/api/manifests/latest')).json().errors[0]!.code,
    'MANIFEST_UNKNOWN',
  );
});

test('a wrong digest is refused and ends the upload', async () => {
  const opened = await registry.call('POST', '/v2/energy/wrong/blobs/uploads/');
  const patched = await registry.call('PATCH', opened.headers.location!, 'content');
  const closed = await registry.call('PUT', `${patched.headers.location}?digest=${digestOf('other')}`);
  assert.deepEqual([closed.status, closed.json().errors[0]!.code], [400, 'DIGEST_INVALID']);
  const status = await registry.call('GET', opened.headers.location!);
  assert.deepEqual([status.status, status.json().errors[0]!.code], [404, 'BLOB_UPLOAD_UNKNOWN']);
  assert.equal((await registry.call('HEAD', `/v2/energy/wrong/blobs/${digestOf('content')}`)).status, 404);
});

test('an upload in chunks tells where it stands, refuses a gap, and can be given up', async () => {
  const content = randomBytes(2000);
  const opened = await registry.call('POST', '/v2/energy/chunks/blobs/uploads/');
  const at = opened.headers.location!;
  await registry.call('PATCH', at, content.subarray(0, 1200), { 'content-range': '0-1199' });
  assert.equal((await registry.call('GET', at)).headers.range, '0-1199');
  const gap = await registry.call('PATCH', at, content.subarray(1500), { 'content-range': '1500-1999' });
  assert.deepEqual([gap.status, gap.headers.range], [416, '0-1199']);
  await registry.call('PATCH', at, content.subarray(1200), { 'content-range': '1200-1999' });
  assert.equal((await registry.call('PUT', `${at}?digest=${digestOf(content)}`)).status, 201);
  const other = await registry.call('POST', '/v2/energy/chunks/blobs/uploads/');
  assert.equal((await registry.call('DELETE', other.headers.location!)).status, 204);
  assert.equal((await registry.call('GET', other.headers.location!)).status, 404);
  assert.equal((await registry.call('GET', '/v2/Bad Name/tags/list')).json().errors[0]!.code, 'NAME_INVALID');
});

test('a planted refusal hits every upload and nothing else', async () => {
  await practice.site.faults({ registryRefusesPush: 507 });
  assert.equal((await registry.call('POST', '/v2/energy/api/blobs/uploads/')).status, 507);
  await practice.site.faults({ registryRefusesPush: 403 });
  const denied = await registry.call('PUT', '/v2/energy/api/manifests/1', randomBytes(100_000));
  assert.deepEqual([denied.status, denied.json().errors[0]!.code], [403, 'DENIED']);
  assert.equal((await registry.call('GET', '/v2/')).status, 200);
  await practice.site.faults({});
  assert.equal((await registry.call('POST', '/v2/energy/api/blobs/uploads/')).status, 202);
});

test('the registry shows the certificate that was put on its host after a reload', async () => {
  const shown = () =>
    new Promise<string>((resolve, reject) => {
      const { hostname, port } = new URL(practice.site.ready.registry.url);
      const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
        resolve(socket.getPeerCertificate().subject.CN as string);
        socket.destroy();
      });
      socket.once('error', reject);
    });
  assert.equal(await shown(), 'data-01');
  const issued = await ownCertificate(join(practice.folder, 'issued.pem'), 'registry.site.internal');
  const client = await signIn(practice.site, 'data-01');
  await writeRemote(client, '/etc/sitewright/registry/tls.crt', issued.certificate, 0o644);
  await writeRemote(client, '/etc/sitewright/registry/tls.key', issued.key, 0o600);
  const reload = '#!/bin/sh\n# sitewright: reload-service.sh\nsystemctl reload "$1"\n';
  assert.equal((await run(client, 'sh -s -- docker-registry', reload)).code, 0);
  assert.equal(await shown(), 'registry.site.internal');
  // A key that does not fit is refused, and the service goes on with what it has.
  const other = await ownCertificate(join(practice.folder, 'other.pem'), 'other.site.internal');
  await writeRemote(client, '/etc/sitewright/registry/tls.key', other.key, 0o600);
  assert.equal((await run(client, 'sh -s -- docker-registry', reload)).code, 1);
  assert.equal(await shown(), 'registry.site.internal');
  client.end();
});
