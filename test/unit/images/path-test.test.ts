import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegistryClient } from '../../../electron/engine/drivers/registry/client.ts';
import { placesFor, shallower, throwawayManifest } from '../../../electron/engine/images/path-test/content.ts';
import { judgeGreeting, judgeLocation, judgeOpening } from '../../../electron/engine/images/path-test/judge.ts';
import { tryLargeBodies } from '../../../electron/engine/images/path-test/large-body.ts';
import { type Observation, saidBy, wordsOf } from '../../../electron/engine/images/path-test/look.ts';

const to = { scheme: 'https', host: 'registry.example', anonymous: false } as const;
const seen = (status: number, body = '', headers: Record<string, string> = {}): Observation => ({
  ...{ method: 'POST', path: '/v2/a/b/blobs/uploads/', status, headers, ms: 1 },
  body: Buffer.from(body),
});

test('throwaway content goes beside the release’s repositories, at their depth, once per project', () => {
  assert.deepEqual(placesFor(['site/energy/api', 'site/energy/jobs']), {
    main: 'site/energy/sitewright-path-test',
    others: [],
  });
  assert.deepEqual(placesFor(['tools/a', 'energy/deep/b', 'tools/c']), {
    main: 'energy/deep/sitewright-path-test',
    others: ['tools/sitewright-path-test'],
  });
  assert.equal(placesFor(['api']).main, 'sitewright-path-test');
  assert.equal(shallower('a/b/c/name'), 'a/name');
  assert.equal(shallower('a/name'), undefined);
  assert.notEqual(throwawayManifest(1).digest, throwawayManifest(2).digest);
  assert.equal(throwawayManifest(1).digest, throwawayManifest(1).digest);
});

test('a greeting is a registry’s, or says what else is there', () => {
  assert.equal(judgeGreeting(seen(200, '{}'), to), undefined);
  assert.equal(judgeGreeting(seen(200, ''), to), undefined);
  assert.equal(judgeGreeting(seen(200, ' <!DOCTYPE html><html>'), to)?.cause, 'not-a-registry');
  assert.equal(judgeGreeting(seen(401), to)?.cause, 'not-a-registry');
  const challenged = seen(401, '', { 'www-authenticate': 'Basic' });
  assert.equal(judgeGreeting(challenged, to)?.cause, 'wrong-credentials');
  assert.equal(judgeGreeting(challenged, { ...to, anonymous: true })?.cause, 'no-account');
  assert.equal(
    judgeGreeting(seen(400, '<h1>The plain HTTP request was sent to HTTPS port</h1>'), to)?.cause,
    'tls-expected',
  );
});

test('a refusal to push is told by what else is allowed', () => {
  const about = (observation: Observation, readable: boolean, shallow: boolean) =>
    judgeOpening(observation, to, { readable, shallow }).cause;
  assert.equal(about(seen(403), true, false), 'no-push-right');
  assert.equal(about(seen(403), false, false), 'no-access');
  assert.equal(about(seen(403), true, true), 'path-too-deep');
  assert.equal(about(seen(404), true, false), 'project-missing');
  assert.equal(about(seen(403, 'quota of the project is used up'), true, true), 'quota');
  assert.equal(about(seen(500, 'write: no space left on device'), true, false), 'disk-full');
  assert.equal(about(seen(400), true, false), 'unexpected');
});

test('an address for uploads stays under TLS; elsewhere and relative are fine', () => {
  assert.equal(judgeLocation('http://registry.example/x', to)?.cause, 'location-scheme');
  assert.equal(judgeLocation(undefined, to)?.cause, 'unexpected');
  assert.equal(judgeLocation('/v2/x', to), undefined);
  assert.equal(judgeLocation('https://elsewhere.example/x', to), undefined);
});

test('the raw answer is short, plain, and keeps the secret of an upload’s address to itself', () => {
  assert.equal(wordsOf(Buffer.from('<html><style>p{}</style><h1>413</h1>\n<p>Too  large</p></html>')), '413 Too large');
  const upload = { ...seen(413), path: 'https://registry.example/v2/a/blobs/uploads/1?_state=secret' };
  assert.equal(saidBy(upload), 'POST /v2/a/blobs/uploads/1: 413');
});

test('what stops the search for a size that passes is told as what it is', async () => {
  // Counts what comes, whatever was announced; then nothing is behind it any more.
  const statuses = new Map([
    [8 * 1024 ** 2, 413],
    [4 * 1024 ** 2, 503],
  ]);
  const origin = 'https://registry.example';
  const ask: RegistryClient['ask'] = async ({ method, body }) => {
    let bytes = 0;
    if (body !== undefined && !Buffer.isBuffer(body)) for await (const piece of body.open()) bytes += piece.length;
    const status = method === 'PATCH' ? (statuses.get(bytes) ?? 202) : method === 'POST' ? 202 : 204;
    return { status, headers: { location: '/v2/a/blobs/uploads/1' }, body: Buffer.alloc(0) };
  };
  const { problem } = await tryLargeBodies(
    {
      registry: { origin, host: 'registry.example', ask } as RegistryClient,
      ...{ to, signal: new AbortController().signal, count: () => undefined },
      traces: { uploads: new Map(), content: new Map() },
    },
    'a',
    424_000_000,
  );
  assert.equal(problem?.cause, 'no-upstream');
});
