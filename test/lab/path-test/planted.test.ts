import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import {
  type PathCause,
  type PathProbeId,
  type PathReport,
  throwawayName,
} from '../../../electron/contract/path-test.ts';
import { say } from '../../../electron/contract/text.ts';
import { issueLeaf, issueRoot } from '../../../electron/engine/certificates/issue.ts';
import { makePrivateKey } from '../../../electron/engine/certificates/keys.ts';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { throwawayManifest } from '../../../electron/engine/images/path-test/content.ts';
import { testPath } from '../../../electron/engine/images/path-test/run.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { startBanner } from '../../kit/banner.ts';
import { type Fault, type FaultProxy, startFaultProxy } from '../../kit/fault-proxy.ts';
import { type RealRegistry, startRegistry } from '../../kit/registry.ts';
import { registryContent } from '../../kit/registry-content.ts';
import { startTokenServer } from '../../kit/token-server.ts';

/** Faults planted on the way to a real registry, each told by its own cause; mended as the fix says, the way is good. */
const found = await startRegistry();
const skip = 'skipped' in found ? found.skipped : false;
const registry = found as RealRegistry;
const day = 86_400_000;
let proxy: FaultProxy;
let secure: FaultProxy;
let authority: { readonly key: string; readonly certificate: string };

before(async () => {
  if (skip !== false) return;
  authority = await makeAuthority();
  proxy = await startFaultProxy(registry.url);
  secure = await startFaultProxy(registry.url, { tls: await leafOf(authority) });
});
after(async () => {
  await proxy?.stop();
  await secure?.stop();
  if (skip === false) await registry.stop();
});

async function makeAuthority(now = new Date()) {
  const key = await makePrivateKey();
  return { key, certificate: await issueRoot({ key, name: 'lab root', now }) };
}

async function leafOf(issuer: typeof authority, names: readonly string[] = ['127.0.0.1'], now = new Date()) {
  const key = await makePrivateKey();
  return { key, certificate: await issueLeaf({ key, issuer, names, usages: ['server'], now }) };
}

type Way = {
  readonly url: string;
  readonly trust?: readonly string[];
  readonly fingerprint?: string;
  readonly account?: { readonly user: string; readonly password: string };
  readonly repositories?: readonly string[];
  readonly progress?: (done: number) => void;
};

async function tryWay({ url, trust = [], fingerprint, account, repositories, progress }: Way): Promise<PathReport> {
  const client: RegistryClient = connectRegistry({
    endpoint: { url, prefix: 'site', user: account?.user ?? '', credential: 'registry' },
    password: () => account?.password ?? '',
    authorities: trust,
    ...(fingerprint !== undefined && { trust: { fingerprint } }),
  });
  try {
    return await testPath({
      registry: client,
      repositories: repositories ?? ['site/energy/api', 'site/energy/jobs'],
      largest: 424_000_000,
      signal: new AbortController().signal,
      now: () => new Date(),
      ...(progress && { progress }),
    });
  } finally {
    await client.close();
  }
}

const summary = ({ probes }: PathReport) =>
  probes.filter(({ cause }) => cause !== undefined).map(({ id, cause, observed }) => `${id} ${cause} (${observed})`);

/** Exactly this cause, at exactly this probe; what comes along is what the registry lacks anyway. */
function assertTold(report: PathReport, probe: PathProbeId, cause: PathCause): void {
  const told = report.probes.filter((one) => one.status === 'failed' || one.status === 'warning');
  assert.deepEqual(
    told.map((one) => [one.id, one.cause]),
    [[probe, cause]],
    summary(report).join('\n'),
  );
  for (const { fix, actual } of told)
    for (const locale of ['zh-CN', 'en-US'] as const)
      for (const words of [fix, actual]) {
        assert.ok(words !== undefined && say(locale, words).length > 5);
        assert.doesNotMatch(say(locale, words), /\{\w+\}/, 'every name is filled in');
      }
}

function assertGood(report: PathReport): void {
  assert.equal(report.verdict, 'passed', summary(report).join('\n'));
}

const place = `site/energy/${throwawayName}`;
const uploads = /\/blobs\/uploads\//;
const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const page = (words: string) => `<html><head><title>${words}</title></head><body>${words}</body></html>`;
const html = { 'content-type': 'text/html' };
const answer = (method: string, path: RegExp, status: number, body = '', headers = {}): Fault => ({
  ...{ kind: 'answer', method, path, status, body, headers },
});

/** Faults of what lies between, or of the registry itself: mended by taking them away. */
const basic = answer('GET', /^\/v2\/$/, 401, error('UNAUTHORIZED', 'authentication required'), {
  'www-authenticate': 'Basic realm="Registry"',
});

const planted: readonly [PathProbeId, PathCause, string, ...Fault[]][] = [
  [
    'connect',
    'redirected',
    'to https',
    answer('GET', /^\/v2\/$/, 301, '', { location: 'https://registry.example/v2/' }),
  ],
  ['connect', 'not-a-registry', 'a web site', answer('GET', /^\/v2\/$/, 200, page('Welcome'), html)],
  ['connect', 'not-a-registry', 'a web site without such a page', answer('GET', /^\/v2\/$/, 404, page('404'), html)],
  ['connect', 'not-a-registry', 'a sign-in page', answer('GET', /^\/v2\/$/, 401, page('Sign in'), html)],
  ['connect', 'no-upstream', 'a proxy with nothing behind', answer('GET', /^\/v2\/$/, 502, page('Bad Gateway'), html)],
  [
    'sign-in',
    'token-address',
    'a token server that nobody reaches',
    answer('GET', /^\/v2\/$/, 401, '', { 'www-authenticate': 'Bearer realm="http://127.0.0.1:9/token",service="x"' }),
  ],
  ['sign-in', 'no-account', 'Basic', basic],
  [
    'open-upload',
    'project-missing',
    'as Harbor says it',
    answer('POST', uploads, 401, error('UNAUTHORIZED', 'project energy not found: project energy not found')),
  ],
  ['open-upload', 'project-missing', 'by its code', answer('POST', uploads, 404, error('NAME_UNKNOWN', 'unknown'))],
  ['open-upload', 'no-push-right', 'reading is allowed', answer('POST', uploads, 403, error('DENIED', 'denied'))],
  [
    'open-upload',
    'no-access',
    'nothing is allowed',
    answer('POST', uploads, 403, error('DENIED', 'denied')),
    answer('HEAD', /manifests/, 403),
  ],
  [
    'open-upload',
    'path-too-deep',
    'two parts only',
    answer('POST', /^\/v2\/[^/]+\/[^/]+\/.+\/blobs\/uploads/, 400, error('NAME_INVALID', 'invalid repository name')),
  ],
  ['open-upload', 'read-only', 'maintenance', answer('POST', uploads, 405, error('UNSUPPORTED', 'read-only'))],
  ['open-upload', 'busy', 'a limit on requests', answer('POST', uploads, 429, error('TOOMANYREQUESTS', 'slow down'))],
  ['send', 'location-host', 'another host', { kind: 'location', host: '127.0.0.1', port: 9 }],
  ['send', 'quota', 'of the project', answer('PUT', uploads, 403, error('DENIED', 'exceeds the configured quota'))],
  [
    'send',
    'disk-full',
    'in the system’s words',
    answer('PATCH', uploads, 500, error('UNKNOWN', 'mkdir: no space left on device')),
  ],
  ['read-back', 'content-gone', 'HEAD lies', { kind: 'content-gone', path: /blobs/ }],
  ['read-back', 'no-upstream', 'the registry goes down', answer('GET', /sha256/, 502, page('Bad Gateway'), html)],
  ['read-back', 'no-access', 'reading is not allowed', answer('GET', /sha256/, 403, error('DENIED', 'denied'))],
  ['read-back', 'closed', 'the answer breaks', { kind: 'lose-answer', method: 'GET', path: /sha256/ }],
  [
    'read-back',
    'store-address',
    'a store that nobody reaches',
    answer('GET', /sha256/, 307, '', { location: 'http://127.0.0.1:9/bucket?signature=x' }),
  ],
  ['read-back', 'content-gone', 'sent on to nowhere', answer('GET', /sha256/, 307, '', { location: 'http://' })],
  ['send', 'body-limit-tiny', 'no body at all', { kind: 'body-limit', bytes: 10 }],
  ['chunks', 'body-limit-tiny', '16 KiB', { kind: 'body-limit', bytes: 16 * 1024 }],
  ['chunks', 'body-limit-tiny', '16 KiB in a PATCH, told as 416', { kind: 'patch-limit', bytes: 16 * 1024 }],
  ['chunks', 'not-resumable', 'no question is allowed', answer('GET', uploads, 403, error('DENIED', 'denied'))],
  ['chunks', 'chunks-lost', 'the first is kept', { kind: 'first-chunk-only' }],
  ['chunks', 'chunks-lost', 'the last is kept', { kind: 'last-chunk-only' }],
  ['chunks', 'not-resumable', 'no word of the progress', answer('GET', uploads, 404)],
  ['large-body', 'body-limit', '1 MiB, nginx', { kind: 'body-limit', bytes: 1024 ** 2 }],
  ['large-body', 'body-limit', '4 MiB in a PATCH, told as 416', { kind: 'patch-limit', bytes: 4 * 1024 ** 2 }],
  [
    'large-body',
    'proxy-timeout',
    'a second on a slow line',
    { kind: 'throttle', bytesPerSecond: 120_000 },
    { kind: 'timeout', method: 'PATCH', ms: 1000 },
  ],
  ['manifest', 'manifest-refused', 'no OCI', answer('PUT', /manifests/, 400, error('MANIFEST_INVALID', 'bad type'))],
  ['manifest', 'quota', 'at the manifest', answer('PUT', /manifests/, 403, error('DENIED', 'quota exceeded'))],
  ['pull', 'content-gone', 'the manifest', { kind: 'content-gone', path: /manifests/ }],
];

for (const [probe, cause, what, ...faults] of planted) {
  test(`${cause}: ${what}`, { skip, timeout: 60_000 }, async () => {
    proxy.plant(...faults);
    const report = await tryWay({ url: proxy.url });
    assertTold(report, probe, cause);
    assert.deepEqual(report.left, []);
    assert.deepEqual(
      registryContent(registry.folder).filter((name) => !name.endsWith('?upload')),
      [],
    );
    proxy.plant();
    assertGood(await tryWay({ url: proxy.url }));
  });
}

test('wrong-credentials: Basic', { skip, timeout: 60_000 }, async () => {
  proxy.plant(basic);
  const account = { user: 'someone', password: 'of another registry' };
  assertTold(await tryWay({ url: proxy.url, account }), 'sign-in', 'wrong-credentials');
  proxy.plant();
  assertGood(await tryWay({ url: proxy.url, account }));
});

test('tag-immutable: a tag that is there cannot be moved', { skip }, async () => {
  const address = `${proxy.url}/v2/${place}/manifests/${throwawayName}`;
  // As an earlier test left it.
  proxy.plant(answer('DELETE', /^/, 405));
  assertGood(await tryWay({ url: proxy.url }));
  const { content } = throwawayManifest(1);
  const headers = { 'content-type': 'application/vnd.oci.image.manifest.v1+json' };
  assert.equal((await fetch(address, { method: 'PUT', headers, body: new Uint8Array(content) })).status, 201);
  proxy.plant(answer('PUT', /manifests/, 412, error('PRECONDITION', 'configured as immutable')));
  assertTold(await tryWay({ url: proxy.url }), 'tag-again', 'tag-immutable');
  proxy.plant();
  assertGood(await tryWay({ url: proxy.url }));
});

test('quota: used up when the pieces are put together', { skip }, async () => {
  proxy.plant();
  const progress = (done: number) => {
    if (done === 5) proxy.plant(answer('PUT', uploads, 403, error('DENIED', 'exceeds the configured quota')));
  };
  assertTold(await tryWay({ url: proxy.url, progress }), 'chunks', 'quota');
});

test('no-push-right in another project of the release', { skip }, async () => {
  proxy.plant(answer('POST', /site-b\/.*uploads/, 403, error('DENIED', 'denied')));
  const way = { url: proxy.url, repositories: ['site/energy/api', 'site-b/tools'] };
  const report = await tryWay(way);
  assertTold(report, 'projects', 'no-push-right');
  const { actual } = report.probes.find(({ id }) => id === 'projects')!;
  assert.match(say('en-US', actual), /site-b\/sitewright-path-test/);
  proxy.plant();
  assertGood(await tryWay(way));
});

test('the wrong protocol on a port is told from a port where nothing is', { skip, timeout: 60_000 }, async (t) => {
  const ssh = await startBanner('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n');
  const mute = await startBanner('');
  const endless = createServer((socket) => {
    socket.write('HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n');
    const drip = setInterval(() => socket.write(' '), 100);
    socket.on('close', () => clearInterval(drip)).on('error', () => undefined);
  }).listen(0, '127.0.0.1');
  const closing = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  const behindTls = await startRegistry({ tls: await leafOf(authority) });
  t.after(async () => {
    await ssh.stop();
    await mute.stop();
    closing.close();
    endless.close();
    if ('url' in behindTls) await behindTls.stop();
  });
  assert.ok('url' in behindTls);
  const portOf = (server: Server) => (server.address() as AddressInfo).port;
  const ways: readonly [PathCause, Way][] = [
    ['not-tls', { url: proxy.url.replace('http:', 'https:') }],
    ['not-tls', { url: `https://127.0.0.1:${ssh.port}` }],
    ['tls-expected', { url: behindTls.url.replace('https:', 'http:') }],
    ['other-protocol', { url: `http://127.0.0.1:${ssh.port}` }],
    ['closed', { url: `http://127.0.0.1:${portOf(closing)}` }],
    ['stalled', { url: `http://127.0.0.1:${mute.port}` }],
    ['stalled', { url: `http://127.0.0.1:${portOf(endless)}` }],
    ['refused', { url: `http://127.0.0.1:${await freePort()}` }],
    ['name-unknown', { url: 'http://registry.site.invalid:5000' }],
  ];
  const reports = await Promise.all(ways.map(([, way]) => tryWay(way)));
  for (const [at, [cause]] of ways.entries()) assertTold(reports[at]!, 'connect', cause);
  assertGood(await tryWay({ url: behindTls.url, trust: [authority.certificate] }));
});

test('filtered: nobody answers', { skip: skip || process.platform !== 'linux' ? 'needs Linux' : false }, async (t) => {
  const silent = await startSilent();
  t.after(silent.stop);
  assertTold(await tryWay({ url: `http://127.0.0.1:${silent.port}` }), 'connect', 'filtered');
});

/** A port whose queue of connections is full and never emptied: the kernel drops what comes, as a filter does. */
async function startSilent(): Promise<{ readonly port: number; readonly stop: () => void }> {
  const program = `
    const net = require('node:net');
    const server = net.createServer().listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
      process.send(server.address().port, () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
    });`;
  const child: ChildProcess = spawn(process.execPath, ['-e', program], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const port = await new Promise<number>((resolve) => child.once('message', (message) => resolve(message as number)));
  const { connect } = await import('node:net');
  const fillers = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  await new Promise((resolve) => setTimeout(resolve, 500));
  return {
    port,
    stop: () => {
      for (const filler of fillers) filler.destroy();
      child.kill('SIGKILL');
    },
  };
}

test('certificates: who vouches, for which name, and when', { skip }, async (t) => {
  t.after(async () => secure.renew(await leafOf(authority)));
  const trust = [authority.certificate];
  const way = { url: secure.url, trust };
  assertGood(await tryWay(way));
  assertTold(await tryWay({ url: secure.url }), 'connect', 'unknown-authority');
  secure.renew(await leafOf(authority, ['registry.example']));
  assertTold(await tryWay(way), 'connect', 'wrong-name');
  const old = await makeAuthority(new Date(Date.now() - 900 * day));
  secure.renew(await leafOf(old, ['127.0.0.1'], new Date(Date.now() - 800 * day)));
  assertTold(await tryWay({ url: secure.url, trust: [old.certificate] }), 'connect', 'expired');
  secure.renew(await leafOf(authority, ['127.0.0.1'], new Date(Date.now() + 30 * day)));
  assertTold(await tryWay(way), 'connect', 'not-yet-valid');
  secure.renew(await leafOf(authority));
  assertTold(await tryWay({ url: secure.url, fingerprint: 'ab'.repeat(32) }), 'connect', 'wrong-fingerprint');
  assertGood(await tryWay(way));
});

test('location-scheme: behind a proxy that ends TLS and does not say so', { skip }, async () => {
  const way = { url: secure.url, trust: [authority.certificate] };
  secure.plant({ kind: 'location', scheme: 'http' });
  assertTold(await tryWay(way), 'open-upload', 'location-scheme');
  secure.plant();
  assertGood(await tryWay(way));
  // An address without a host is as good as a whole one.
  secure.plant({ kind: 'location', relative: true });
  assertGood(await tryWay(way));
  secure.plant();
});

test('tokens: a wrong password, and a good one that may only read', { skip }, async (t) => {
  const tokens = await startTokenServer({ lifeSeconds: 60, readOnly: /^energy\// });
  const guarded = await startRegistry({ tokens });
  t.after(async () => {
    if ('url' in guarded) await guarded.stop();
    await tokens.stop();
  });
  assert.ok('url' in guarded);
  const account = { user: tokens.user, password: tokens.password };
  const { url } = guarded;
  assertTold(await tryWay({ url, account: { ...account, password: 'wrong' } }), 'sign-in', 'wrong-credentials');
  assertTold(await tryWay({ url }), 'sign-in', 'no-account');
  assertTold(await tryWay({ url, account, repositories: ['energy/api'] }), 'open-upload', 'no-push-right');
  assertGood(await tryWay({ url, account, repositories: ['other/api'] }));
});

test('disk-full: as a real registry of 2.8 and of 3 tells it', { skip, timeout: 300_000 }, async (t) => {
  for (const version of ['2.8', '3'] as const) {
    const small = await startRegistry({ version, diskMiB: 1 });
    assert.ok('url' in small);
    t.after(small.stop);
    const { probes } = await tryWay({ url: small.url });
    const failed = probes.filter(({ status }) => status === 'failed');
    assert.deepEqual(
      failed.map(({ cause }) => cause),
      ['disk-full'],
      failed.map(({ observed }) => observed).join('\n'),
    );
  }
});
