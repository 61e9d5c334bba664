import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { Agent, type Dispatcher, request } from 'undici';
import { startBanner } from '../../kit/banner.ts';
import { type FaultProxy, startFaultProxy } from '../../kit/fault-proxy.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';

let registry: RealRegistry | { readonly skipped: string };
let proxy: FaultProxy;
const dispatcher = new Agent();
before(async () => {
  registry = await startRegistry();
  if ('url' in registry) proxy = await startFaultProxy(registry.url);
});
after(async () => {
  await dispatcher.destroy();
  await proxy?.stop();
  if ('url' in registry) await registry.stop();
});

const real = (name: string, work: () => Promise<void>) =>
  test(name, async (t) => {
    if ('skipped' in registry) return t.skip(registry.skipped);
    proxy.forget();
    await work();
  });

type Send = { readonly body?: Buffer; readonly headers?: Record<string, string> };
async function ask(method: Dispatcher.HttpMethod, url: string, { body, headers }: Send = {}) {
  const answer = await request(new URL(url, proxy.url), {
    method,
    dispatcher,
    ...(body && { body }),
    ...(headers && { headers }),
  });
  const header = (name: string) => String(answer.headers[name] ?? '');
  return { status: answer.statusCode, header, body: Buffer.from(await answer.body.arrayBuffer()) };
}

const digestOf = (content: Buffer) => `sha256:${createHash('sha256').update(content).digest('hex')}`;

async function upload(chunks: readonly Buffer[]): Promise<readonly number[]> {
  const begun = await ask('POST', '/v2/lab/proxy/blobs/uploads/');
  let place = begun.header('location');
  const statuses = [begun.status];
  for (const body of chunks) {
    const patched = await ask('PATCH', place, { body });
    statuses.push(patched.status);
    place = patched.header('location');
  }
  const closing = new URL(place);
  closing.searchParams.set('digest', digestOf(Buffer.concat(chunks)));
  return [...statuses, (await ask('PUT', closing.href)).status];
}

real('without faults a blob goes in and out, and its bytes are counted', async () => {
  proxy.plant();
  const content = randomBytes(300_000);
  assert.deepEqual(await upload([content]), [202, 202, 201]);
  assert.equal(proxy.sent({ method: 'PATCH', path: /\/lab\/proxy\// }), content.length);
  const back = await ask('GET', `/v2/lab/proxy/blobs/${digestOf(content)}`);
  assert.ok(back.body.equals(content));
  assert.equal(proxy.exchanges.at(-1)?.answerBytes, content.length);
});

real('limits refuse larger bodies only, a fixed answer keeps to its number of times', async () => {
  proxy.plant({ kind: 'body-limit', bytes: 100_000 }, { kind: 'answer', method: 'HEAD', status: 429, times: 1 });
  const large = await ask('PATCH', '/v2/lab/proxy/blobs/uploads/x', { body: randomBytes(100_001) });
  assert.equal(large.status, 413);
  assert.match(large.body.toString(), /<html>[\s\S]*413 Request Entity Too Large/);
  assert.equal((await ask('HEAD', '/v2/')).status, 429);
  assert.equal((await ask('HEAD', '/v2/')).status, 200);
  assert.deepEqual(await upload([randomBytes(100_000)]), [202, 202, 201]);
  proxy.plant({ kind: 'patch-limit', bytes: 1_000 });
  assert.equal((await ask('PATCH', '/v2/lab/proxy/blobs/uploads/x', { body: randomBytes(1_001) })).status, 416);
});

real('a cut resets the connection after its bytes; a lost answer was carried out', async () => {
  proxy.plant({ kind: 'cut', method: 'PATCH', afterBytes: 50_000, times: 1 });
  await assert.rejects(upload([randomBytes(400_000)]), { code: 'ECONNRESET' });
  assert.equal(proxy.sent({ method: 'PATCH' }), 50_000);
  assert.deepEqual(await upload([randomBytes(400_000)]), [202, 202, 201]);
  const content = randomBytes(1_000);
  proxy.plant({ kind: 'lose-answer', method: 'PUT' });
  await assert.rejects(upload([content]));
  assert.equal((await ask('HEAD', `/v2/lab/proxy/blobs/${digestOf(content)}`)).status, 200);
});

real('a stall neither answers nor closes; a timeout answers 504; a throttled link takes its time', async () => {
  proxy.plant({ kind: 'stall', method: 'PATCH', afterBytes: 10_000 });
  const stalled = upload([randomBytes(20_000)]).then(
    () => 'answered',
    () => 'broken',
  );
  assert.equal(await Promise.race([stalled, new Promise((done) => setTimeout(done, 300, 'silent'))]), 'silent');
  proxy.cut();
  assert.equal(await stalled, 'broken');
  proxy.plant({ kind: 'throttle', bytesPerSecond: 1_000_000 }, { kind: 'timeout', ms: 60_000 });
  const begun = performance.now();
  assert.deepEqual(await upload([randomBytes(300_000)]), [202, 202, 201]);
  assert.ok(performance.now() - begun >= 295);
  proxy.plant({ kind: 'throttle', bytesPerSecond: 100_000 }, { kind: 'timeout', method: 'PATCH', ms: 200 });
  const late = await ask('PATCH', '/v2/lab/proxy/blobs/uploads/x', { body: randomBytes(300_000) });
  assert.equal(late.status, 504);
});

real('Location, headers and content are changed as planted', async () => {
  const location = async () => (await ask('POST', '/v2/lab/proxy/blobs/uploads/')).header('location');
  proxy.plant({ kind: 'location', scheme: 'https', host: 'inside.example', port: 5000 });
  assert.match(await location(), /^https:\/\/inside\.example:5000\/v2\/lab\/proxy\/blobs\/uploads\/.+\?_state=/);
  proxy.plant({ kind: 'location', relative: true });
  assert.match(await location(), /^\/v2\/lab\/proxy\/blobs\/uploads\//);
  proxy.plant({ kind: 'answer-headers', drop: ['Location'], set: { Date: 'Thu, 01 Jan 2015 00:00:00 GMT' } });
  const answer = await ask('POST', '/v2/lab/proxy/blobs/uploads/');
  assert.deepEqual([answer.header('location'), answer.header('date')], ['', 'Thu, 01 Jan 2015 00:00:00 GMT']);
  proxy.plant({ kind: 'request-headers', set: { 'x-forwarded-proto': 'https' } });
  assert.match(await location(), /^https:\/\/127/);
  proxy.plant({ kind: 'content-gone' });
  const content = randomBytes(1_000);
  await upload([content]);
  assert.equal((await ask('HEAD', `/v2/lab/proxy/blobs/${digestOf(content)}`)).status, 200);
  assert.equal((await ask('GET', `/v2/lab/proxy/blobs/${digestOf(content)}`)).status, 404);
});

real('registries that keep only the first or the last chunk', async () => {
  const [one, two] = [randomBytes(5_000), randomBytes(3_000)];
  proxy.plant({ kind: 'first-chunk-only' });
  assert.deepEqual(await upload([one, two]), [202, 201, 201, 400]);
  proxy.plant({ kind: 'last-chunk-only' });
  assert.deepEqual(await upload([one, two]), [202, 202, 202, 201]);
  const back = await ask('GET', `/v2/lab/proxy/blobs/${digestOf(Buffer.concat([one, two]))}`);
  assert.ok(back.body.equals(two));
});

test('another protocol on the port says its words', async () => {
  const banner = await startBanner('SSH-2.0-OpenSSH_9.2p1\r\n');
  const socket = connect(banner.port, '127.0.0.1');
  const words = await new Promise<Buffer>((resolve) => socket.once('data', resolve));
  assert.match(words.toString(), /^SSH-2\.0/);
  socket.destroy();
  await banner.stop();
});
