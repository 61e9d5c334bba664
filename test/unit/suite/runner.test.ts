import assert from 'node:assert/strict';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import { createHttpClient } from '../../../electron/engine/drivers/http-client.ts';
import { parseSuite } from '../../../electron/engine/suite/parser.ts';
import { runSuite } from '../../../electron/engine/suite/runner.ts';
import { runTag } from '../../../electron/engine/suite/world.ts';
import { testContext, testSite } from '../../kit/context.ts';
import { makeTls } from './authority.ts';

const servername = 'energy.site.internal';
const password = 'verifier-password-1';
const release = {
  file: { name: 'energy', version: '1.0.0', namespace: 'energy', database: { name: 'energy', owner: 'owner' } },
  digest: 'sha256:1',
} as unknown as Release;

/** A small service: signs in, keeps items, and does as a test says. */
const state = {
  items: new Set<string>(),
  calls: [] as string[],
  behaviour: 'good' as 'good' | 'broken' | 'silent',
  slowFor: 0,
};
let server: Server;
let port: number;
let authority: string;
const http = createHttpClient({ authorities: () => [authority] });

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  const { method, url = '' } = request;
  state.calls.push(`${method} ${url}`);
  const send = (status: number, value: unknown) =>
    response
      .writeHead(status, { 'content-type': 'application/json', 'x-frame-options': 'allowall' })
      .end(JSON.stringify(value));
  if (state.behaviour === 'silent') return void request.socket.destroy();
  if (url === '/slow') return void setTimeout(() => send(200, {}), 5_000).unref();
  if (url === '/sessions') return void send(201, { token: 'a-token-of-the-service', echo: body });
  if (url === '/eventually')
    return void send(state.calls.filter((one) => one === 'GET /eventually').length < 3 ? 503 : 200, {});
  if (method === 'POST') {
    state.items.add((JSON.parse(body) as { code: string }).code);
    return void send(state.behaviour === 'broken' ? 500 : 201, { id: 7 });
  }
  if (method === 'DELETE') {
    const prefix = decodeURIComponent(url.split('/').at(-1) ?? '');
    for (const code of state.items) if (code.startsWith(prefix)) state.items.delete(code);
    return void response.writeHead(204).end();
  }
  send(200, { version: '1.0.0', items: [...state.items], authorization: request.headers.authorization ?? null });
}

before(async () => {
  const tls = await makeTls(servername);
  authority = tls.authority;
  server = createServer(tls, (request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk));
    request.on('end', () => answer(request, response, body));
  });
  port = await new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)),
  );
});
after(async () => {
  await http.close();
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  Object.assign(state, { items: new Set(), calls: [], behaviour: 'good' });
});

const one = (id: string, steps: string, more = '') => `  - id: ${id}
    title: { zh-CN: 用例, en-US: Case ${id} }
    clause: '11.2'
    mustPass: true
    writes: { zh-CN: 一个项目, en-US: one item }
${more}    steps:
${steps}`;
const suiteOf = (cases: string, category = 'function', head = '') =>
  parseSuite(
    's.yaml',
    `format: 1\nid: s\ntitle: { zh-CN: 套件, en-US: Suite }\ncategory: ${category}\nservice: api\n${head}cases:\n${cases}`,
  );
const get = (path: string, expect: string) =>
  `      - { use: http, with: { path: ${path}, timeout: 500ms }, expect: ${expect} }\n`;
const make = (code: string) =>
  `      - { use: http, with: { method: POST, path: /items, json: { code: '${code}' } }, expect: { status: 201 } }\n`;

function contextOf(signal?: AbortSignal) {
  const { kubernetes: _none, ...site } = testSite();
  const made = testContext({
    site,
    release,
    drivers: { http },
    secrets: { 'user/verifier': password },
    stage: 'verification',
    ...(signal === undefined ? {} : { signal }),
  });
  made.context.facts.put('service:api', 'endpoint', {
    url: `https://${servername}:${port}`,
    address: '127.0.0.1',
    port,
    servername,
  });
  return made;
}
const statuses = (recorded: ReturnType<typeof contextOf>['recorded']) =>
  Object.fromEntries(recorded.findings.map((finding) => [finding.check, finding.status]));

test('a failing case says what was expected and measured and does not stop the others', async () => {
  const { context, recorded } = contextOf();
  const suite = suiteOf(
    one(
      'a.fails',
      get(
        '/version',
        "{ status: 200, headers: { x-frame-options: DENY }, json: [{ path: $.version, equals: '2.0.0' }] }",
      ),
    ) +
      one('a.passes', get('/version', "{ status: 200, json: [{ path: $.version, equals: '${release.version}' }] }")) +
      one('a.nowhere', get('/version', '{ status: 200 }'), '    requires: [kubernetes]\n'),
  );
  assert.deepEqual(await runSuite(suite, context), { failed: 1, passed: 1, 'not-applicable': 1 });
  const [failed, passed] = recorded.findings;
  assert.equal(say('en-US', failed!.actual), 'GET /version: header x-frame-options allowall; $.version 1.0.0');
  assert.match(say('en-US', failed!.expected), /\$\.version = 2\.0\.0/);
  assert.equal(say('zh-CN', passed!.actual), 'GET /version：状态码 200, $.version 1.0.0');
  assert.deepEqual(
    [failed!.qualification, failed!.category, failed!.clause, failed!.subject],
    ['OQ', 'function', '11.2', 'api'],
  );
  assert.equal(failed!.evidence.length, 1);
});

test('not found out is an error, not a failure; for health, silence is the answer', async () => {
  state.behaviour = 'silent';
  const steps = get('/version', '{ status: 200 }');
  for (const [category, expected] of [
    ['function', 'error'],
    ['security', 'error'],
    ['health', 'failed'],
  ] as const) {
    const { context, recorded } = contextOf();
    await runSuite(suiteOf(one('a.one', steps), category), context);
    assert.deepEqual(statuses(recorded), { 'a.one': expected });
    assert.match(say('en-US', recorded.findings[0]!.why!), /does not answer/);
  }
});

test('a secret stands neither in findings nor in evidence, a token neither', async () => {
  const { context, recorded } = contextOf();
  const signIn =
    "      - { use: http, with: { method: POST, path: /sessions, json: { name: v, password: '${secret.user/verifier}' } }, capture: { token: { json: $.token, secret: true } }, expect: { status: 201 } }\n";
  const use =
    "      - { use: http, with: { path: /version, headers: { authorization: 'Bearer ${token}' } }, expect: { json: [{ path: $.authorization, equals: nobody }] } }\n";
  await runSuite(suiteOf(one('a.one', signIn + use)), context);
  const said =
    JSON.stringify(recorded.findings) +
    recorded.evidence.map((kept) => kept.content).join('\n') +
    recorded.log.join('\n');
  assert.ok(!said.includes(password) && !said.includes('a-token-of-the-service'), said);
  assert.match(said, /authorization: \*\*\*/);
  assert.match(String(recorded.evidence[0]!.content), /> POST https:\/\/127\.0\.0\.1:\d+\/sessions[\s\S]*< 201 in/);
});

test('cleanup runs after success, failure and cancel, and sweeps what a killed attempt left', async () => {
  const head = "cleanup:\n  - { use: http, with: { method: DELETE, path: '/items/${run.tag}' } }\n";
  const tag = runTag(contextOf().context);
  state.items.add(`${tag}-left`).add('customer-data');
  state.behaviour = 'broken';
  const failing = contextOf();
  await runSuite(suiteOf(one('a.one', make('${run.tag}-1')), 'function', head), failing.context);
  assert.deepEqual([statuses(failing.recorded), [...state.items]], [{ 'a.one': 'failed' }, ['customer-data']]);
  assert.equal(state.calls[0], `DELETE /items/${tag}`);

  state.behaviour = 'good';
  const cancel = new AbortController();
  const cancelled = contextOf(cancel.signal);
  const slow = one(
    'a.one',
    `${make('${run.tag}-1')}      - { use: http, with: { path: /slow }, expect: { status: 200 } }\n`,
  );
  setTimeout(() => cancel.abort(), 200);
  await assert.rejects(
    runSuite(suiteOf(slow, 'function', head), cancelled.context),
    (error: unknown) => error instanceof SitewrightError && error.code === 'cancelled',
  );
  assert.deepEqual([...state.items], ['customer-data']);
  assert.deepEqual(cancelled.recorded.findings, []);
});

test('an interrupted attempt goes on after the cases that passed', async () => {
  const { context, recorded } = contextOf();
  const suite = suiteOf(
    one('a.one', get('/version?1', '{ status: 200 }')) + one('a.two', get('/version?2', '{ status: 404 }')),
  );
  await runSuite(suite, context);
  assert.deepEqual(recorded.checkpoint, { passed: ['a.one'] });
  await runSuite(suite, context);
  assert.deepEqual(state.calls, ['GET /version?1', 'GET /version?2', 'GET /version?2']);
  assert.equal(recorded.findings.length, 2);
});

test('a step is tried until it holds, and no longer than it may', async () => {
  const step = (path: string, timeout: string) =>
    `      - { use: http, with: { path: ${path} }, expect: { status: 200 }, retryUntil: { timeout: ${timeout}, every: 20ms } }\n`;
  const { context, recorded } = contextOf();
  await runSuite(suiteOf(one('a.one', step('/eventually', '5s'))), context);
  assert.deepEqual(statuses(recorded), { 'a.one': 'passed' });
  const start = performance.now();
  const other = contextOf();
  await runSuite(
    suiteOf(
      one(
        'a.two',
        `      - { use: http, with: { path: /version }, expect: { status: 404 }, retryUntil: { timeout: 200ms, every: 20ms } }\n`,
      ),
    ),
    other.context,
  );
  assert.deepEqual(statuses(other.recorded), { 'a.two': 'failed' });
  assert.ok(performance.now() - start < 2_000);
});

test('a preparation that fails is told by the cases that need it, the others are judged', async () => {
  const head =
    'setup:\n  - { use: http, with: { path: /version }, capture: { token: { json: $.nothing } }, expect: { status: 200 } }\n';
  const { context, recorded } = contextOf();
  const needs = "      - { use: http, with: { path: '/x/${token}' }, expect: { status: 200 } }\n";
  await runSuite(
    suiteOf(one('a.needs', needs) + one('a.free', get('/version', '{ status: 200 }')), 'function', head),
    context,
  );
  assert.deepEqual(statuses(recorded), { 'a.needs': 'error', 'a.free': 'passed' });
  assert.match(
    say('en-US', recorded.findings[0]!.why!),
    /preparation of the suite failed: GET \/version: \$\.nothing absent/,
  );
});

test('a load becomes a finding with figures and a chart; a demand that is missed fails', async () => {
  const load = (maximum: string) =>
    `      - { use: load, with: { path: /version, rate: 50, seconds: 1, warmUpSeconds: 0.2, connections: 4, steps: [50, 100] }, expect: { p95: { maximum: ${maximum} }, errors: { maximum: 0 } } }\n`;
  const { context, recorded } = contextOf();
  const suite = suiteOf(
    one('a.fast', load('1s')) + one('a.late', load('0ms')),
    'performance',
    'limits: { rate: 50, seconds: 5, connections: 4 }\n',
  );
  await runSuite(suite, context);
  assert.deepEqual(statuses(recorded), { 'a.fast': 'passed', 'a.late': 'failed' });
  const [fast, late] = recorded.findings;
  assert.match(
    say('en-US', fast!.actual),
    /50 %: offered 25\/s, achieved 25\/s.*100 %: offered 50\/s.*no limit found up to 100 %/,
  );
  assert.match(say('en-US', late!.actual), /p95 duration .* ms; .*limit found at 50 %/);
  const chart = fast!.chart as {
    type: string;
    buckets: { count: number }[];
    percentiles: { p99: number };
    rate: unknown[];
    steps: unknown[];
  };
  assert.deepEqual(
    [chart.type, chart.buckets.reduce((sum, each) => sum + each.count, 0), chart.rate.length, chart.steps.length],
    ['latency', 50, 1, 2],
  );
  assert.equal(fast!.qualification, 'PQ');
});
