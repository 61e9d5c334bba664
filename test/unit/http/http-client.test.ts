import assert from 'node:assert/strict';
import { createServer, type Server } from 'node:https';
import { type AddressInfo, createServer as createTcp } from 'node:net';
import { after, before, test } from 'node:test';
import { TLSSocket } from 'node:tls';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { createHttpClient } from '../../../electron/engine/drivers/http-client.ts';
import { probePlainPostgres, probePort } from '../../../electron/engine/drivers/tcp-probe.ts';
import { freePort } from '../../../electron/practice/free-port.ts';
import { makeTls, type TestTls } from '../suite/authority.ts';

const name = 'energy.site.internal';
let tls: TestTls;
let server: Server;
let port: number;
let trusted: readonly string[] = [];
const client = createHttpClient({ authorities: () => trusted });

before(async () => {
  tls = await makeTls(name);
  trusted = [tls.authority];
  server = createServer({ ...tls, minVersion: 'TLSv1.2' }, (request, response) => {
    if (request.url === '/slow') return void setTimeout(() => response.end('late'), 1_000).unref();
    response.setHeader('set-cookie', ['a=1', 'b=2']);
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk));
    request.on('end', () => response.end(`${request.method} ${request.headers.host} ${body}`));
  });
  port = await listening(server);
});

after(async () => {
  await client.close();
  server.closeAllConnections();
  server.close();
});

test('asks by address and verifies by name', async () => {
  const answer = await client.request({
    method: 'POST',
    url: `https://127.0.0.1:${port}/a`,
    servername: name,
    body: 'x=1',
  });
  assert.equal(answer.status, 200);
  assert.equal(answer.body.toString(), `POST ${name}:${port} x=1`);
  assert.deepEqual(answer.headers['set-cookie'], ['a=1', 'b=2']);
  assert.ok(answer.durationMs > 0);
});

test('a wrong name and an unknown authority are not trusted, and said so', async () => {
  const wrongName = client.request({
    method: 'GET',
    url: `https://127.0.0.1:${port}/`,
    servername: 'other.site.internal',
  });
  await assert.rejects(wrongName, withCode('http-untrusted', 'ERR_TLS_CERT_ALTNAME_INVALID'));
  const other = await makeTls();
  const noTrust = client.request({
    method: 'GET',
    url: `https://127.0.0.1:${port}/`,
    servername: name,
    trust: [other.authority],
  });
  await assert.rejects(noTrust, withCode('http-untrusted'));
});

test('an authority that is made later counts from then on', async () => {
  trusted = [];
  await assert.rejects(
    client.request({ method: 'GET', url: `https://127.0.0.1:${port}/`, servername: name }),
    withCode('http-untrusted'),
  );
  trusted = [tls.authority];
  assert.equal(
    (await client.request({ method: 'GET', url: `https://127.0.0.1:${port}/`, servername: name })).status,
    200,
  );
});

test('silence, refusal and cancelling are told apart', async () => {
  const url = `https://127.0.0.1:${port}/slow`;
  await assert.rejects(
    client.request({ method: 'GET', url, servername: name, timeoutMs: 100 }),
    withCode('http-timeout'),
  );
  const closed = await freePort();
  await assert.rejects(
    client.request({ method: 'GET', url: `https://127.0.0.1:${closed}/` }),
    withCode('http-unreachable', 'ECONNREFUSED'),
  );
  const signal = AbortSignal.timeout(50);
  await assert.rejects(client.request({ method: 'GET', url, servername: name, signal }), withCode('cancelled'));
});

test('a handshake shows protocol, chain and whether it is trusted', async () => {
  const good = await client.handshake({ address: '127.0.0.1', port, servername: name });
  assert.equal(good.authorized, true);
  assert.equal(good.protocol, 'TLSv1.3');
  assert.equal(good.chain[0]?.replace(/\s/g, ''), tls.cert.replace(/\s/g, ''));
  const wrong = await client.handshake({ address: '127.0.0.1', port, servername: 'other.internal' });
  assert.deepEqual([wrong.authorized, wrong.reason], [false, 'ERR_TLS_CERT_ALTNAME_INVALID']);
});

test('probing of old versions finds out who refuses and who accepts them', async () => {
  const target = {
    address: '127.0.0.1',
    port,
    servername: name,
    minVersion: 'TLSv1.1',
    maxVersion: 'TLSv1.1',
  } as const;
  await assert.rejects(client.handshake(target), withCode('handshake-failed', 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION'));
  const old = createServer({ ...tls, minVersion: 'TLSv1', ciphers: 'DEFAULT@SECLEVEL=0' });
  const oldPort = await listening(old);
  for (const version of ['TLSv1', 'TLSv1.1'] as const) {
    const made = await client.handshake({ ...target, port: oldPort, minVersion: version, maxVersion: version });
    assert.equal(made.protocol, version);
  }
  old.close();
});

test('a port where nothing listens is not a refused handshake', async () => {
  const closed = await freePort();
  await assert.rejects(
    client.handshake({ address: '127.0.0.1', port: closed, servername: name }),
    withCode('http-unreachable'),
  );
  assert.equal(await probePort({ address: '127.0.0.1', port: closed }), 'refused');
  assert.equal(await probePort({ address: '127.0.0.1', port }), 'open');
});

test('PostgreSQL is asked for TLS first; one without TLS is told apart', async () => {
  const answers = { tls: true };
  const database = createTcp((socket) => {
    socket.on('error', () => undefined);
    socket.once('data', (message) => {
      if (message.length !== 8) return void socket.end(answers.tls ? 'E' : 'R');
      assert.equal(message.readInt32BE(4), 80_877_103);
      socket.write(answers.tls ? 'S' : 'N');
      if (answers.tls)
        new TLSSocket(socket, { isServer: true, cert: tls.cert, key: tls.key }).on('error', () => undefined);
    });
  });
  const at = { address: '127.0.0.1', port: await listening(database), user: 'owner', database: 'energy' };
  assert.equal((await client.handshake({ ...at, servername: name, startTls: 'postgresql' })).authorized, true);
  assert.equal(await probePlainPostgres(at), 'refused');
  answers.tls = false;
  await assert.rejects(
    client.handshake({ ...at, servername: name, startTls: 'postgresql' }),
    withCode('handshake-failed'),
  );
  assert.equal(await probePlainPostgres(at), 'accepted');
  database.close();
});

function withCode(code: string, problem?: string) {
  return (error: unknown) => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.equal(error.code, code, error.message);
    if (problem !== undefined) assert.equal(error.params.problem, problem);
    return true;
  };
}

function listening(target: {
  listen: (port: number, host: string, done: () => void) => unknown;
  address: () => unknown;
}): Promise<number> {
  return new Promise((resolve) => target.listen(0, '127.0.0.1', () => resolve((target.address() as AddressInfo).port)));
}
