import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { SitewrightError } from '../../../electron/contract/errors.ts';
import { createAuthorization, parseChallenge } from '../../../electron/engine/drivers/registry/authorization.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { isCode, isFound } from '../../kit/errors.ts';
import { faultyRegistry } from './registry.ts';

test('the account is asked for once and then sent along', async (t) => {
  const registry = await faultyRegistry(t);
  const client = registry.connect();
  await client.ping();
  await client.ping();
  assert.deepEqual(
    registry.seen.map(({ authorization }) => authorization?.split(' ')[0]),
    [undefined, 'Basic', 'Basic'],
  );
});

test('several first requests at a time all come through', async (t) => {
  const client = (await faultyRegistry(t)).connect();
  await Promise.all(Array.from({ length: 6 }, () => client.ping()));
});

test('a wrong password, an unknown authority, a wrong name and a silent port are told apart', async (t) => {
  const registry = await faultyRegistry(t);
  await assert.rejects(registry.connect({ password: 'wrong secret' }).ping(), (error: SitewrightError) => {
    assert.equal(error.params.credential, 'registry');
    assert.doesNotMatch(JSON.stringify(error.view()), /wrong secret/);
    return isFound('registry-unauthorized', 'wrong-credentials')(error);
  });
  await assert.rejects(registry.connect({ user: '' }).ping(), isFound('registry-unauthorized', 'no-account'));
  const strange = registry.connect({ authorities: [] }).ping();
  await assert.rejects(strange, isFound('registry-tls-untrusted', 'unknown-authority'));
  const endpoint = (url: string) => ({ url, prefix: '', user: 'u', credential: 'registry', host: 'h', names: [] });
  const connect = (url: string) => {
    const client = connectRegistry({ endpoint: endpoint(url), password: () => 'p', authorities: [registry.authority] });
    t.after(() => client.close());
    return client;
  };
  const named = connect(registry.url.replace('127.0.0.1', '127.0.0.2'));
  // Where the system gives this computer one loopback address only, nothing answers at the other.
  await assert.rejects(named.ping(), (error: SitewrightError) =>
    error.code === 'registry-tls-untrusted'
      ? isFound('registry-tls-untrusted', 'wrong-name')(error)
      : isCode('registry-unreachable')(error),
  );

  const free = createTcpServer();
  await new Promise<void>((resolve) => free.listen(0, '127.0.0.1', resolve));
  const { port } = free.address() as AddressInfo;
  await new Promise((resolve) => free.close(resolve));
  await assert.rejects(connect(`https://127.0.0.1:${port}`).ping(), (error: SitewrightError) => {
    assert.match(error.detail ?? '', /ECONNREFUSED/);
    return isFound('registry-unreachable', 'refused')(error);
  });

  const plain = createHttpServer((_request, response) => response.end());
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  t.after(() => plain.close());
  await assert.rejects(
    connect(`https://127.0.0.1:${(plain.address() as AddressInfo).port}`).ping(),
    isFound('registry-unreachable', 'not-tls'),
  );
});

/** A registry that the client is signed in to, and another one that it trusts, to be sent on to. */
async function withAnother(t: TestContext) {
  const registry = await faultyRegistry(t);
  const other = await faultyRegistry(t, 'other.test');
  const client = connectRegistry({
    endpoint: { url: registry.url, prefix: '', user: 'sitewright', credential: 'registry' },
    password: () => registry.password,
    authorities: [registry.authority, other.authority],
  });
  t.after(() => client.close());
  await client.ping();
  return { registry, other, client };
}

test('an upload that is sent on elsewhere does not take the account along, and never goes without TLS', async (t) => {
  const { registry, other, client } = await withAnother(t);
  const digest = `sha256:${'a'.repeat(64)}`;
  const put = async () => client.finishUpload('a/b', await client.openUpload('a/b'), digest);
  registry.fault = ({ method }) =>
    method === 'POST' ? { status: 202, headers: { location: `${other.url}/upload?_state=a%2Bb~c%20d` } } : undefined;
  other.fault = ({ method }) => (method === 'PUT' ? { status: 201 } : undefined);
  await put();
  assert.deepEqual(
    other.seen.map(({ method, path, authorization }) => [method, path, authorization]),
    [['PUT', `/upload?_state=a%2Bb~c%20d&digest=${encodeURIComponent(digest)}`, undefined]],
    'the address goes back as it came',
  );
  registry.fault = ({ method }) =>
    method === 'POST' ? { status: 202, headers: { location: registry.url.replace('https', 'http') } } : undefined;
  await assert.rejects(put(), isCode('registry-response'));
  registry.fault = ({ method }) => (method === 'POST' ? { status: 202 } : undefined);
  await assert.rejects(put(), isCode('registry-response'));
});

test('a host that a download is sent on to gets no answer to its challenge', async (t) => {
  const { registry, other, client } = await withAnother(t);
  const location = `${other.url}/store/blob`;
  registry.fault = ({ path }) => (path.includes('/blobs/') ? { status: 307, headers: { location } } : undefined);
  const challenge = { 'www-authenticate': `Bearer realm="${other.url}/token",service="x"` };
  other.fault = () => ({ status: 401, headers: challenge });
  await assert.rejects(client.getBlob('a/b', `sha256:${'a'.repeat(64)}`));
  assert.deepEqual(
    other.seen.map(({ path, authorization }) => [path, authorization]),
    [['/store/blob', undefined]],
  );
  // Sent on for ever, it is no content either.
  other.fault = () => ({ status: 307, headers: { location }, body: 'elsewhere' });
  await assert.rejects(client.getBlob('a/b', `sha256:${'a'.repeat(64)}`), isCode('registry-response'));
});

test('a download that is cut is the line’s fault', async (t) => {
  const server = createHttpServer((_request, response) => {
    response.writeHead(200, { 'content-length': 1_000_000 });
    response.write(Buffer.alloc(300_000), () => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { url, prefix: '', user: '', credential: 'registry' };
  const client = connectRegistry({ endpoint, password: () => '', authorities: [] });
  t.after(() => client.close());
  let bytes = 0;
  await assert.rejects(async () => {
    for await (const piece of await client.getBlob('a/b', `sha256:${'a'.repeat(64)}`)) bytes += piece.length;
  }, isCode('registry-unreachable'));
  assert.equal(bytes, 300_000);
});

test('an answer that nobody reads does not hold up the end', async (t) => {
  const server = createHttpServer((_request, response) => response.end(Buffer.alloc(8_000_000)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const endpoint = { url, prefix: '', user: '', credential: 'registry' };
  const client = connectRegistry({ endpoint, password: () => '', authorities: [] });
  const digest = `sha256:${'a'.repeat(64)}`;
  await assert.rejects(client.getBlob('a/b', digest, { offset: 5 }), isCode('registry-response'));
  await client.getBlob('a/b', digest);
  const limit = new Promise((resolve) => setTimeout(resolve, 5000, 'still open').unref());
  assert.equal(await Promise.race([client.close(), limit]), undefined);
});

test('tokens: asked for with the scopes of the request, kept, renewed before they end', async (t) => {
  const registry = await faultyRegistry(t);
  const basic = `Basic ${Buffer.from(`sitewright:${registry.password}`).toString('base64')}`;
  let issued = 0;
  let lifetime = 300;
  const valid = new Set<string>();
  registry.fault = ({ path, authorization }) => {
    if (path.startsWith('/token')) {
      if (authorization !== basic) return { status: 401 };
      issued += 1;
      valid.add(`Bearer t${issued}`);
      return {
        status: 200,
        body: JSON.stringify({ [issued % 2 === 0 ? 'access_token' : 'token']: `t${issued}`, expires_in: lifetime }),
      };
    }
    if (valid.has(authorization ?? '')) return { status: 404 };
    return {
      status: 401,
      headers: { 'www-authenticate': `Bearer realm="${registry.url}/token?x=1",service="reg",scope="ignored"` },
    };
  };
  const client = registry.connect();
  assert.equal(await client.headBlob('site/a', 'sha256:x'), undefined);
  assert.equal(await client.headBlob('site/a', 'sha256:y'), undefined);
  assert.equal(issued, 1, 'kept');
  const asked = new URL(registry.seen.find(({ path }) => path.startsWith('/token'))!.path, registry.url).searchParams;
  assert.deepEqual(
    [asked.get('x'), asked.get('service'), asked.getAll('scope')],
    ['1', 'reg', ['repository:site/a:pull']],
  );
  await client.headBlob('site/b', 'sha256:x');
  assert.equal(issued, 2, 'another repository, another token');

  // Ended on the registry's side before its time: the refusal is answered with a new one.
  valid.clear();
  await client.headBlob('site/a', 'sha256:x');
  assert.equal(issued, 3);

  lifetime = 1;
  await client.headBlob('site/c', 'sha256:x');
  await client.headBlob('site/c', 'sha256:x');
  assert.equal(issued, 5, 'a token that is about to end is not used');
  await assert.rejects(registry.connect({ password: 'wrong' }).ping(), isCode('registry-unauthorized'));
});

test('a token is not asked for without TLS, at no address, or taken where there is none', async (t) => {
  const registry = await faultyRegistry(t);
  const challenge = (realm: string) => ({ status: 401, headers: { 'www-authenticate': `Bearer realm="${realm}"` } });
  registry.fault = () => challenge('http://127.0.0.1:9/token');
  await assert.rejects(registry.connect().ping(), isCode('registry-response'));
  registry.fault = () => challenge('nowhere');
  await assert.rejects(registry.connect().ping(), isCode('registry-response'));
  for (const body of ['', '<html>', '{}', '{"token":5}', 'null']) {
    registry.fault = ({ path }) =>
      path.startsWith('/token') ? { status: 200, body } : challenge(`${registry.url}/token`);
    await assert.rejects(registry.connect().ping(), isCode('registry-response'), body);
  }
});

test('challenges are read as they are written', () => {
  assert.deepEqual(parseChallenge('Bearer realm="https://a/t?b=c,d",service="x y", scope=repository:a:pull,push'), {
    scheme: 'bearer',
    parameters: { realm: 'https://a/t?b=c,d', service: 'x y', scope: 'repository:a:pull' },
  });
  assert.deepEqual(parseChallenge('Basic'), { scheme: 'basic', parameters: {} });
  assert.deepEqual(parseChallenge('BASIC Realm="q"').parameters, { realm: 'q' });
});

test('a token ends when its time is over', async () => {
  const clock = { now: 0 };
  let issued = 0;
  const authorization = createAuthorization({
    registry: 'r',
    user: 'u',
    password: () => 'p',
    credential: 'registry',
    clock: () => clock.now,
    fetch: async () => {
      issued += 1;
      return { status: 200, body: JSON.stringify({ token: `t${issued}`, expires_in: 60 }) };
    },
  });
  assert.equal(await authorization.header([]), undefined);
  assert.equal(await authorization.challenge('Bearer realm="https://r/token"', undefined), true);
  assert.equal(await authorization.header(['s']), 'Bearer t1');
  clock.now = 54_000;
  assert.equal(await authorization.header(['s']), 'Bearer t1');
  clock.now = 56_000;
  assert.equal(await authorization.header(['s']), 'Bearer t2');
});
