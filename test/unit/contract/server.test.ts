import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, before, test } from 'node:test';
import { createORPCClient, ORPCError } from '@orpc/client';
import { RPCLink as HttpLink } from '@orpc/client/fetch';
import { RPCLink as SocketLink } from '@orpc/client/websocket';
import type { ContractRouterClient } from '@orpc/contract';
import { WebSocket } from 'ws';
import type { Contract } from '../../../electron/contract/calls.ts';
import type { ErrorView } from '../../../electron/contract/errors.ts';
import { createRouter } from '../../../electron/engine/router.ts';
import { rendererFile } from '../../../electron/server/renderer-files.ts';
import { type LocalServer, protocol, serve } from '../../../electron/server/server.ts';
import { stagesOf, start } from '../core/stages.ts';
import { type TestEngine, testEngine } from './engine.ts';

type Client = ContractRouterClient<Contract>;

let engine: TestEngine;
let server: LocalServer;
before(async () => {
  engine = testEngine();
  await start(engine.engine.openUnlocked('plant'), stagesOf({ inventory: [{ name: 'a' }], data: [{ name: 'b' }] }, {}))
    .ended;
  server = await serve(createRouter(engine.engine));
});
after(async () => {
  await server.close();
  await engine.close();
});

const port = () => Number(new URL(server.origin).port);
const socketAddress = () => `${server.origin.replace('http', 'ws')}/rpc`;

async function socketClient(): Promise<{ readonly client: Client; readonly socket: WebSocket }> {
  const socket = new WebSocket(socketAddress(), [protocol, server.token]);
  const client: Client = createORPCClient(new SocketLink({ websocket: socket as unknown as globalThis.WebSocket }));
  return { client, socket };
}

function httpClient(token = server.token): Client {
  return createORPCClient(new HttpLink({ url: `${server.origin}/rpc`, headers: { authorization: `Bearer ${token}` } }));
}

/** The status of a handshake that is refused; 101 when it is taken. */
function handshake(protocols: string[], headers: Record<string, string> = {}, path = '/rpc'): Promise<number> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${server.origin.replace('http', 'ws')}${path}`, protocols, { headers });
    const end = (status: number) => {
      resolve(status);
      socket.terminate();
    };
    socket.once('open', () => end(101));
    socket.once('unexpected-response', (_request, response) => end(response.statusCode ?? 0));
    socket.on('error', (error) => (/WebSocket was closed/.test(error.message) ? undefined : reject(error)));
  });
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; headers: Record<string, unknown>; body: string }>((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port: port(), path, method, headers }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (words: string) => {
        body += words;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    call.on('error', reject);
    call.end();
  });
}

test('a call and a stream of events over the WebSocket', async () => {
  const { client, socket } = await socketClient();
  assert.equal((await client.site.show({ site: 'plant' })).title, '一号站 Plant');
  const [first, second] = await Promise.all([client.site.list(), client.walk.state({ site: 'plant' })]);
  assert.deepEqual([first.find((row) => row.name === 'plant')?.lastRun?.state, second.state], ['done', 'done']);
  const events: string[] = [];
  for await (const event of await client.walk.watch({ site: 'plant' })) events.push(event.type);
  assert.deepEqual(events, ['snapshot', 'stage', 'stage', 'end']);
  socket.close();
});

test('the same over HTTP', async () => {
  const client = httpClient();
  assert.equal((await client.site.show({ site: 'plant' })).name, 'plant');
  const events: string[] = [];
  for await (const event of await client.walk.watch({ site: 'plant' })) events.push(event.type);
  assert.deepEqual(events, ['snapshot', 'stage', 'stage', 'end']);
});

test('an error keeps its code of the catalogue on both ways, also where a stream was asked for', async () => {
  const { client: overSocket, socket } = await socketClient();
  for (const client of [overSocket, httpClient()]) {
    const codeOf = async (work: () => Promise<unknown>) => {
      const error = await work().then(
        () => assert.fail('no error'),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof ORPCError, String(error));
      return error.code === 'SITEWRIGHT' ? (error.data as ErrorView).code : error.code;
    };
    assert.equal(await codeOf(() => client.site.show({ site: 'nowhere' })), 'site-not-found');
    assert.equal(await codeOf(() => client.site.show({ site: '../sites/plant' })), 'site-not-found');
    assert.equal(await codeOf(() => client.walk.state({ site: 'empty' })), 'run-not-found');
    assert.equal(await codeOf(() => client.walk.watch({ site: 'nowhere' })), 'site-not-found');
    assert.equal(await codeOf(() => client.walk.watch({ site: 'empty' })), 'run-not-found');
    assert.equal(await codeOf(() => client.evidence.show({ site: 'plant', id: 'E-9999' })), 'evidence-not-found');
    assert.equal(await codeOf(() => client.bundle.inspect({ bundle: ['/no/such/folder'] })), 'bundle-not-found');
    assert.equal(
      await codeOf(() => client.vault.set({ site: 'plant', name: 'audit/key', value: 'x' })),
      'usage-invalid',
    );
    assert.equal(await codeOf(() => client.site.show({} as never)), 'BAD_REQUEST');
    assert.equal(
      await codeOf(() => (client as unknown as { no: { such: () => Promise<unknown> } }).no.such()),
      'NOT_FOUND',
    );
  }
  socket.close();
});

test('a wrong token, a missing one, or another protocol gets no connection', async () => {
  assert.equal(await handshake([protocol, server.token]), 101);
  assert.equal(
    await handshake([protocol, `${server.token.slice(0, -1)}!`.replace('!', server.token.endsWith('A') ? 'B' : 'A')]),
    403,
  );
  assert.equal(await handshake([protocol, 'short']), 403);
  assert.equal(await handshake([protocol]), 403);
  assert.equal(await handshake([]), 403);
  assert.equal(await handshake([server.token, protocol]), 403);
  assert.equal(await handshake([protocol, server.token], {}, '/other'), 403);
});

test('the token never travels back: the server names its own protocol only', async () => {
  const socket = new WebSocket(socketAddress(), [protocol, server.token]);
  await new Promise((resolve) => socket.once('open', resolve));
  assert.equal(socket.protocol, protocol);
  socket.terminate();
});

test('HTTP calls need the token in the header, not in the address', async () => {
  assert.equal((await get('/rpc/site/list', {}, 'POST')).status, 401);
  assert.equal((await get('/rpc/site/list', { authorization: 'Bearer wrong' }, 'POST')).status, 401);
  assert.equal((await get(`/rpc/site/list?token=${server.token}`, {}, 'POST')).status, 401);
  const refused = await httpClient('wrong')
    .site.list()
    .catch((error: unknown) => error);
  assert.ok(refused instanceof Error);
});

test('a foreign page or a rebound name is refused, with or without the token', async () => {
  const token = { authorization: `Bearer ${server.token}` };
  for (const origin of [
    'http://evil.example',
    'null',
    `http://localhost:${port()}`,
    `https://127.0.0.1:${port()}`,
    `http://127.0.0.1:${port() + 1}`,
  ]) {
    assert.equal((await get('/rpc/site/list', { ...token, origin }, 'POST')).status, 403, origin);
    assert.equal(await handshake([protocol, server.token], { origin }), 403, origin);
  }
  for (const host of ['evil.example', `evil.example:${port()}`, '127.0.0.1', `localhost:${port()}`]) {
    assert.equal((await get('/', { host })).status, 403, host);
    assert.equal(await handshake([protocol, server.token], { host }), 403, host);
  }
  assert.equal(await handshake([protocol, server.token], { origin: server.origin }), 101);
});

test('the page comes with a policy that lets nothing foreign in', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'sitewright-page-'));
  t.after(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'index.html'), '<meta name="csp-nonce" content=""><script src="/a.js"></script>');
  writeFileSync(join(folder, 'a.js'), '1');
  writeFileSync(join(folder, 'secret.key'), 'x');
  writeFileSync(`${folder}.js`, 'outside');
  t.after(() => rmSync(`${folder}.js`));
  const [page, again] = [rendererFile(folder, '/', "'self'")!, rendererFile(folder, '/', "'self'")!];
  const policy = page.headers['content-security-policy']!;
  for (const rule of [
    /default-src 'none'/,
    /script-src 'self'(;|$)/,
    /connect-src 'self'(;|$)/,
    /frame-ancestors 'none'/,
    /base-uri 'none'/,
    /form-action 'none'/,
  ])
    assert.match(policy, rule);
  assert.doesNotMatch(policy, /unsafe|\*|https?:/);
  const nonce = /'nonce-([^']+)'/.exec(policy)![1]!;
  assert.ok(String(page.content).includes(nonce));
  assert.ok(!again.headers['content-security-policy']!.includes(nonce), 'a nonce of its own for each answer');
  for (const { headers } of [page, rendererFile(folder, '/a.js', "'self'")!]) {
    assert.deepEqual(
      [headers['x-content-type-options'], headers['referrer-policy'], headers['cache-control']],
      ['nosniff', 'no-referrer', 'no-store'],
    );
  }
  const outside = [
    '/../',
    `/../${basename(folder)}.js`,
    `/%2e%2e/${basename(folder)}.js`,
    '/..%2f..%2fetc/passwd',
    '/..\\a.js',
    '/%00a.js',
    '/%ff',
    '/secret.key',
    '/other.js',
  ];
  for (const path of outside) assert.equal(rendererFile(folder, path, "'self'"), undefined, path);
  assert.equal((await get('/other')).status, 404);
  assert.equal((await get('/', {}, 'POST')).status, 404);
  const shown = await get('/');
  // The page is built by the launcher; where it was, it comes with its policy.
  if (shown.status === 200) assert.match(String(shown.headers['content-security-policy']), /default-src 'none'/);
  assert.ok(!shown.body.includes(server.token));
});

test('only this machine is listened to', async (t) => {
  assert.match(server.origin, /^http:\/\/127\.0\.0\.1:\d+$/);
  const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const outer = addresses.filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of outer) {
    const code = await new Promise((resolve) => {
      const stream = connect({ host: address, port: port(), timeout: 2000 });
      t.after(() => stream.destroy());
      stream.once('connect', () => resolve('connected'));
      stream.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
      stream.once('timeout', () => resolve('timeout'));
      stream.once('close', () => resolve('closed'));
    });
    assert.notEqual(code, 'connected', address);
  }
});

test('what is not HTTP, not a path or not a frame does not bring the engine down', async () => {
  const host = `127.0.0.1:${port()}`;
  const raw = (words: string | Buffer) =>
    new Promise<string>((resolve) => {
      const stream = connect({ host: '127.0.0.1', port: port() });
      let answer = '';
      stream.setEncoding('latin1').on('data', (data: string) => {
        answer += data;
      });
      stream.on('error', () => resolve(answer));
      stream.on('close', () => resolve(answer));
      stream.write(words);
      setTimeout(() => stream.destroy(), 150);
    });
  assert.match(await raw('nonsense\r\n\r\n'), /400/);
  assert.match(await raw(`GET // HTTP/1.1\r\nHost: ${host}\r\n\r\n`), /^HTTP\/1.1 40\d/);
  assert.match(await raw(`GET http:// HTTP/1.1\r\nHost: ${host}\r\n\r\n`), /^HTTP\/1.1 40\d/);
  const authorization = `Authorization: Bearer ${server.token}`;
  await raw(
    `POST /rpc/site/show HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\nContent-Type: application/json\r\nContent-Length: 3\r\n\r\n{{{`,
  );
  await raw(`POST /rpc/%ff/show HTTP/1.1\r\nHost: ${host}\r\n${authorization}\r\nContent-Length: 0\r\n\r\n`);
  const upgrade = `GET /rpc HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: ${protocol}, ${server.token}\r\n\r\n`;
  assert.match(await raw(Buffer.concat([Buffer.from(upgrade), Buffer.alloc(64, 0xff)])), /101 Switching/);
  const { client, socket } = await socketClient();
  await client.site.list();
  socket.send('not a message of the protocol');
  assert.equal((await client.site.list()).length, 2);
  socket.terminate();
  assert.equal((await httpClient().site.list()).length, 2);
});

test('a taken port is said, not thrown about', async () => {
  await assert.rejects(serve(createRouter(engine.engine), { port: port() }), { code: 'usage-invalid' });
});
