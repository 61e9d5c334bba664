import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { issueCertificate } from './authority.ts';
import { type Call, createCaller } from './caller.ts';
import { type Installation, type Pod, passwordOf, prepareInstallation } from './installation.ts';

let site: Installation;
let first: Pod;
let second: Pod;
let call: Call;
let callSecond: Call;
const closers: (() => Promise<void>)[] = [];

async function signIn(name: string, password = passwordOf(name), through = call): Promise<string> {
  const { status, body } = await through('POST', '/api/v1/sessions', { body: { name, password } });
  assert.equal(status, 201);
  return (body as { token: string }).token;
}
const codeOf = (body: unknown): string => (body as { error: { code: string } }).error.code;
const itemsOf = (body: unknown): Record<string, unknown>[] => (body as { items: Record<string, unknown>[] }).items;

before(async () => {
  site = await prepareInstallation();
  closers.push(site.close);
  [first, second] = await Promise.all([site.startApi(), site.startApi()]);
  for (const [pod, set] of [
    [first, (made: Call) => (call = made)],
    [second, (made: Call) => (callSecond = made)],
  ] as const) {
    const caller = createCaller(pod.port, site.authority);
    closers.unshift(caller.close);
    set(caller.call);
  }
});
after(async () => {
  for (const close of closers) await close();
});

test('before the schema exists the service is ready and says what is missing', async () => {
  assert.equal((await call('GET', '/healthz')).status, 200);
  assert.equal((await call('GET', '/readyz')).status, 200);
  const { status, body } = await call('POST', '/api/v1/sessions', { body: { name: 'admin', password: 'x' } });
  assert.equal(status, 503);
  assert.equal(codeOf(body), 'schema-missing');
  const signedCall = await call('GET', '/api/v1/meters', { token: 'A'.repeat(43) });
  assert.equal(codeOf(signedCall.body), 'schema-missing');
  await site.migrate();
  await site.configure();
});

test('the document is public and describes the answers', async () => {
  const { status, body } = await call('GET', '/api/v1/openapi.json');
  assert.equal(status, 200);
  assert.equal((body as { openapi: string }).openapi, '3.1.0');
});

test('a session gives what the role may do, and nothing without it', async () => {
  const viewer = await signIn('verifier-viewer');
  const engineer = await signIn('verifier-engineer');
  const admin = await signIn('verifier-admin');
  const meter = { code: 'T-ROLE', name: 'Role test', siteCode: 'S-01', unit: 'kWh' };
  const matrix: readonly [string, string, unknown, number, number, number][] = [
    ['GET', '/api/v1/sites', undefined, 200, 200, 200],
    ['GET', '/api/v1/meters', undefined, 200, 200, 200],
    ['GET', '/api/v1/meters/1', undefined, 200, 200, 200],
    ['GET', '/api/v1/meters/1/readings', undefined, 200, 200, 200],
    ['GET', '/api/v1/meters/1/summary?day=2025-01-01', undefined, 200, 200, 200],
    ['GET', '/api/v1/alarms?state=open', undefined, 200, 200, 200],
    ['GET', '/api/v1/alarm-rules', undefined, 200, 200, 200],
    ['GET', '/api/v1/users', undefined, 403, 403, 200],
    ['POST', '/api/v1/meters', meter, 403, 201, 409],
    ['POST', '/api/v1/alarms/1/acknowledgement', undefined, 403, 404, 404],
    ['DELETE', '/api/v1/meters/999999', undefined, 403, 404, 404],
  ];
  for (const [method, path, body, ...expected] of matrix) {
    const statuses = [];
    for (const token of [viewer, engineer, admin]) statuses.push((await call(method, path, { token, body })).status);
    assert.deepEqual(statuses, expected, `${method} ${path}`);
    const tampered = `${viewer.slice(0, -2)}${viewer.endsWith('A') ? 'BB' : 'AA'}`;
    for (const token of [undefined, 'wrong', tampered]) {
      const refused = await call(method, path, token === undefined ? { body } : { token, body });
      assert.equal(refused.status, 401, `${method} ${path}`);
    }
  }
});

test('an expired session is refused, and a token is stored as its digest only', async () => {
  const token = await signIn('verifier-viewer');
  assert.equal((await call('GET', '/api/v1/meters', { token })).status, 200);
  const client = await site.database.connect('energy');
  const stored = await client.query('select token_hash from sessions');
  assert.ok(stored.rows.length > 0);
  assert.ok(!JSON.stringify(stored.rows).includes(token));
  await client.query("update sessions set expires_at = now() - interval '1 second'");
  await client.end();
  // What the pod remembers is forgotten although the change came past it.
  await wait(100);
  assert.equal((await call('GET', '/api/v1/meters', { token })).status, 401);
});

test('signing out counts on the other pod as well', async () => {
  const token = await signIn('verifier-viewer');
  assert.equal((await callSecond('GET', '/api/v1/meters', { token })).status, 200);
  assert.equal((await call('DELETE', '/api/v1/sessions', { token })).status, 204);
  assert.equal((await call('GET', '/api/v1/meters', { token })).status, 401);
  await wait(100);
  assert.equal((await callSecond('GET', '/api/v1/meters', { token })).status, 401);
});

test('five wrong passwords lock a name on all pods, and a name that does not exist alike', async () => {
  for (const name of ['verifier-engineer', 'nobody-here']) {
    for (let attempt = 0; attempt < 5; attempt++) {
      const through = attempt % 2 === 0 ? call : callSecond;
      const { status, body } = await through('POST', '/api/v1/sessions', { body: { name, password: 'wrong' } });
      assert.equal(status, 401);
      assert.equal(codeOf(body), 'credentials-wrong');
    }
    const locked = await callSecond('POST', '/api/v1/sessions', { body: { name, password: passwordOf(name) } });
    assert.equal(locked.status, 429);
    const seconds = Number(locked.headers['retry-after']);
    assert.ok(seconds > 25 && seconds <= 30, `Retry-After ${seconds}`);
  }
  const client = await site.database.connect('energy');
  await client.query("update sign_in_failures set locked_until = now() - interval '1 second'");
  await signIn('verifier-engineer');
  const left = await client.query("select from sign_in_failures where name = 'verifier-engineer'");
  await client.end();
  assert.equal(left.rowCount, 0);
});

test('who must change the password can do nothing else first', async () => {
  const answer = await call('POST', '/api/v1/sessions', {
    body: { name: 'operator', password: passwordOf('operator') },
  });
  const { token, mustChangePassword, role } = answer.body as {
    token: string;
    mustChangePassword: boolean;
    role: string;
  };
  assert.deepEqual([mustChangePassword, role], [true, 'engineer']);
  const refused = await call('GET', '/api/v1/meters', { token });
  assert.deepEqual([refused.status, codeOf(refused.body)], [403, 'password-change-required']);
  const change = (current: string, next: string) => call('PUT', '/api/v1/password', { token, body: { current, next } });
  assert.equal(codeOf((await change('wrong', 'A new long password 1')).body), 'password-wrong');
  assert.equal(codeOf((await change(passwordOf('operator'), 'short')).body), 'password-too-weak');
  assert.equal((await change(passwordOf('operator'), 'A new long password 1')).status, 204);
  assert.equal((await call('GET', '/api/v1/meters', { token })).status, 200);
  await signIn('operator', 'A new long password 1', callSecond);
});

test('meters, readings, alarms and sums follow each other', async () => {
  const token = await signIn('verifier-engineer');
  const meters = itemsOf((await call('GET', '/api/v1/meters', { token })).body);
  assert.deepEqual(
    meters.slice(0, 20).map(({ code }) => code),
    Array.from({ length: 20 }, (_, index) => `M-${String(index + 1).padStart(3, '0')}`),
  );

  const body = { code: 'T-0001', name: 'Test meter', siteCode: 'S-02', unit: 'kWh' };
  const created = await call('POST', '/api/v1/meters', { token, body });
  const id = (created.body as { id: number }).id;
  assert.equal(created.headers.location, `/api/v1/meters/${id}`);
  assert.equal(codeOf((await call('POST', '/api/v1/meters', { token, body })).body), 'meter-exists');
  assert.equal(
    codeOf((await call('POST', '/api/v1/meters', { token, body: { ...body, code: 'T-2', siteCode: 'S-99' } })).body),
    'site-unknown',
  );

  const readings = `/api/v1/meters/${id}/readings`;
  const add = (time: string, kwh: number) => call('POST', readings, { token, body: { time, kwh } });
  assert.deepEqual((await add('2026-03-01T00:00:00Z', 12.5)).body, {
    meterId: id,
    time: '2026-03-01T00:00:00.000Z',
    kwh: 12.5,
    alarmId: null,
  });
  assert.equal((await add('2026-03-01T00:00:00Z', 1)).status, 409);
  const alarming = await add('2026-03-01T09:00:00+08:00', 500.001);
  const alarmId = (alarming.body as { alarmId: number }).alarmId;
  assert.equal(typeof alarmId, 'number');
  assert.equal(codeOf((await add('2026-03-01T05:00:00Z', 100_001)).body), 'reading-implausible');
  assert.equal(
    itemsOf(
      (await call('GET', `${readings}?from=2026-03-01T00:00:00Z&to=2026-03-01T01:00:00Z&limit=5`, { token })).body,
    ).length,
    1,
  );
  const day = `/api/v1/meters/${id}/summary?day=2026-03-01`;
  assert.deepEqual((await call('GET', day, { token })).body, { day: '2026-03-01', kwh: 512.501, count: 2 });

  const open = itemsOf((await call('GET', '/api/v1/alarms?state=open', { token })).body);
  assert.deepEqual(
    open.filter(({ meterId }) => meterId === id).map(({ id: found, ruleCode }) => [found, ruleCode]),
    [[alarmId, 'R-000']],
  );
  const acknowledged = await call('POST', `/api/v1/alarms/${alarmId}/acknowledgement`, { token });
  assert.equal((acknowledged.body as { acknowledgedBy: string }).acknowledgedBy, 'verifier-engineer');
  assert.ok(
    !itemsOf((await call('GET', '/api/v1/alarms?state=open', { token })).body).some(
      ({ id: found }) => found === alarmId,
    ),
  );

  // A sum that the job has computed is replaced when a reading arrives later.
  assert.equal((await site.runJob()).code, 0);
  assert.deepEqual((await call('GET', day, { token })).body, { day: '2026-03-01', kwh: 512.501, count: 2 });
  assert.equal((await add('2026-03-01T02:00:00Z', 1)).status, 201);
  assert.deepEqual((await call('GET', day, { token })).body, { day: '2026-03-01', kwh: 513.501, count: 3 });
  assert.equal((await call('DELETE', `/api/v1/meters/${id}`, { token })).status, 204);
  assert.equal((await call('GET', `/api/v1/meters/${id}`, { token })).status, 404);
});

test('what is not well-formed is refused in plain words', async () => {
  const token = await signIn('verifier-engineer');
  const refusals: readonly [string, string, { body?: unknown; raw?: string }, number][] = [
    ['POST', '/api/v1/meters', { raw: '{' }, 400],
    ['POST', '/api/v1/meters', { raw: '[]' }, 400],
    [
      'POST',
      '/api/v1/meters',
      { body: { code: "x'; drop table meters", name: 'a', siteCode: 'S-01', unit: 'kWh' } },
      400,
    ],
    ['POST', '/api/v1/meters', { body: { code: 'A', name: 'a', siteCode: 'S-01', unit: 'kWh', admin: true } }, 400],
    ['POST', '/api/v1/meters', { raw: JSON.stringify({ name: 'x'.repeat(70_000) }) }, 413],
    ['POST', '/api/v1/meters/1/readings', { body: { time: 'yesterday', kwh: 1 } }, 400],
    ['POST', '/api/v1/meters/1/readings', { body: { time: '2026-01-01T00:00:00Z', kwh: -1 } }, 400],
    ['GET', '/api/v1/meters/1/summary?day=2025-02-30', {}, 400],
    ['GET', '/api/v1/meters/1/readings?limit=0', {}, 400],
    ['GET', '/api/v1/meters/99999999999999', {}, 404],
    ['GET', '/api/v1/alarms?state=closed', {}, 400],
    ['GET', '/nowhere', {}, 404],
    ['PATCH', '/api/v1/meters', {}, 405],
  ];
  for (const [method, path, options, status] of refusals) {
    const answer = await call(method, path, { token, ...options });
    assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
    assert.deepEqual(Object.keys((answer.body as { error: object }).error), ['code', 'message']);
    assert.doesNotMatch(answer.text, /\.ts|node:|at \w+ \(/);
  }
});

test('the figures count requests, latency and connections', async () => {
  const { text, headers } = await call('GET', '/metrics');
  assert.match(String(headers['content-type']), /^text\/plain; version=0\.0\.4/);
  assert.match(text, /energy_http_requests_total\{method="GET",route="\/api\/v1\/meters\/\{id\}",status="200"\} \d+/);
  assert.match(
    text,
    /energy_http_request_duration_seconds_bucket\{method="GET",route="\/api\/v1\/meters",le="0.05"\} \d+/,
  );
  assert.match(text, /energy_database_pool_size 9/);
  assert.match(text, /energy_sign_in_failures_total [1-9]/);
});

test('a lost database is told, survived, and nothing secret is in the log', async () => {
  const token = await signIn('verifier-viewer');
  await site.database.stop();
  assert.equal((await call('GET', '/healthz')).status, 200);
  assert.equal((await call('GET', '/readyz')).status, 503);
  const lost = await call('GET', '/api/v1/meters', { token });
  assert.deepEqual([lost.status, codeOf(lost.body)], [503, 'database-unavailable']);
  await site.database.start();
  assert.equal((await call('GET', '/readyz')).status, 200);
  assert.equal((await call('GET', '/api/v1/meters', { token })).status, 200);
  const output = first.output() + second.output();
  for (const secret of [token, site.database.password, passwordOf('verifier-viewer')])
    assert.ok(!output.includes(secret));
  for (const line of output.trim().split('\n')) assert.equal(typeof JSON.parse(line).message, 'string');
});

test('a wrong password or an unknown CA of the database keeps a pod from being ready', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sitewright-ca-'));
  const unrelated = join(folder, 'ca.crt');
  await writeFile(unrelated, (await issueCertificate([])).authority);
  closers.push(() => rm(folder, { recursive: true }));
  for (const env of [{ PGPASSWORD: 'wrong' }, { PG_CA_FILE: unrelated }] as Record<string, string>[]) {
    const pod = await site.startApi(env);
    const caller = createCaller(pod.port, site.authority);
    assert.equal((await caller.call('GET', '/readyz')).status, 503);
    await caller.close();
    pod.child.kill('SIGTERM');
    assert.equal(await pod.ended, 0);
  }
});

test('SIGTERM under load: every request is answered, then the process ends with 0', async () => {
  const token = await signIn('verifier-viewer');
  const caller = createCaller(second.port, site.authority, 4);
  let answered = 0;
  let stopping = false;
  const worker = async (): Promise<void> => {
    while (!stopping) {
      assert.equal((await caller.call('GET', '/api/v1/meters', { token })).status, 200);
      answered += 1;
    }
  };
  const workers = Array.from({ length: 4 }, worker);
  await wait(300);
  second.child.kill('SIGTERM');
  // Callers go on through the time in which the endpoints forget the pod.
  await wait(300);
  assert.equal((await caller.call('GET', '/readyz')).status, 503);
  stopping = true;
  await Promise.all(workers);
  assert.ok(answered > 100, `${answered} answered`);
  assert.equal(await second.ended, 0);
  await caller.close();
});
