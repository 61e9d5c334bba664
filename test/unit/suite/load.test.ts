import assert from 'node:assert/strict';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { generateLoad, type Load } from '../../../electron/engine/suite/load/generator.ts';
import { openLoop } from '../../../electron/engine/suite/load/schedule.ts';
import { createTally } from '../../../electron/engine/suite/load/tally.ts';

const signal = new AbortController().signal;

test('the schedule follows from the rate alone', () => {
  const even = openLoop({ rate: 100, seconds: 2, warmUpSeconds: 1 });
  assert.deepEqual([even.count, even.warmUp, even.dueAt(1), even.dueAt(299)], [300, 100, 10, 2_990]);
  const bursts = openLoop({ rate: 50, seconds: 2, warmUpSeconds: 0, burst: 25 });
  assert.deepEqual([bursts.count, bursts.dueAt(24), bursts.dueAt(25), bursts.dueAt(99)], [100, 0, 500, 1_500]);
});

test('a server that always takes 100 ms reads 100 ms', async () => {
  const report = await loaded((_request, response) => void setTimeout(() => response.end('ok'), 100), {
    rate: 100,
    seconds: 2,
  });
  assert.equal(report.requests, 200);
  assert.ok(report.percentiles.p50 >= 99 && report.percentiles.p50 < 125, JSON.stringify(report.percentiles));
  assert.ok(Math.abs(report.achieved - 100) <= 1, String(report.achieved));
  assert.equal(report.errorShare, 0);
  assert.equal(report.generatorLimited, false);
  assert.equal(
    report.buckets.reduce((sum, one) => sum + one.count, 0),
    200,
  );
  assert.deepEqual(
    report.rate.map((one) => one.offered),
    [100, 100],
  );
});

test('a stall is charged to every request that was due while it lasted', async () => {
  // One second in five, instead of two in ten: a fifth of the requests wait, the worst of them the whole stall.
  let started = 0;
  const report = await loaded(
    (_request, response) => {
      started ||= performance.now();
      const at = performance.now() - started;
      const stalled = at > 1_000 && at < 2_000 ? 2_000 - at : 1;
      setTimeout(() => response.end('ok'), stalled);
    },
    { rate: 100, seconds: 5, warmUpSeconds: 0 },
  );
  const { p50, p90, p99 } = report.percentiles;
  assert.ok(p50 < 60, `p50 ${p50}`);
  assert.ok(p90 > 350 && p90 < 650, `p90 ${p90}`);
  assert.ok(p99 > 880 && p99 < 1_100, `p99 ${p99}`);
  assert.ok((report.rate[1]?.p99 ?? 0) > 900);
});

test('errors are counted by class and a time limit is one of them', async () => {
  let count = 0;
  const report = await loaded(
    (_request, response) => {
      count += 1;
      if (count % 4 === 1) response.writeHead(503).end();
      else if (count % 4 === 2) response.destroy();
      else if (count % 4 === 3) response.end('ok');
    },
    { rate: 40, seconds: 1, warmUpSeconds: 0, timeoutMs: 300 },
  );
  assert.equal(report.requests, 40);
  assert.equal(report.errors['status 503'], 10);
  assert.equal(report.errors.timeout, 10);
  assert.equal(
    Object.values(report.errors).reduce((sum, one) => sum + one, 0),
    30,
  );
  assert.equal(report.errorShare, 0.75);
});

test('warm-up is sent but not counted', async () => {
  let seen = 0;
  const report = await loaded(
    (_request, response) => {
      seen += 1;
      response.end('ok');
    },
    { rate: 50, seconds: 1, warmUpSeconds: 0.4 },
  );
  assert.deepEqual([seen, report.requests], [70, 50]);
});

test('a laptop that starts more than one in a hundred late is the limit', () => {
  const tally = createTally(100, 1);
  for (let index = 0; index < 100; index += 1) tally.record({ second: 0, latencyMs: 5, late: index < 2 });
  assert.equal(tally.report({ lagMs: 80, lagP99Ms: 10 }).generatorLimited, true);
});

test('a blocked event loop of the laptop shows as late starts', async () => {
  const running = loaded((_request, response) => void response.end('ok'), { rate: 100, seconds: 1, warmUpSeconds: 0 });
  setTimeout(() => {
    const until = performance.now() + 300;
    while (performance.now() < until);
  }, 300);
  const report = await running;
  assert.equal(report.generatorLimited, true);
  assert.ok(report.lagMs > 200, String(report.lagMs));
});

test('cancelling ends it at once', async () => {
  const stop = AbortSignal.timeout(200);
  const start = performance.now();
  const running = loaded((_request, response) => void response.end('ok'), { rate: 20, seconds: 30 }, stop);
  await assert.rejects(running, (error: unknown) => error instanceof SitewrightError && error.code === 'cancelled');
  assert.ok(performance.now() - start < 2_000);
});

async function loaded(listener: RequestListener, change: Partial<Load>, stop: AbortSignal = signal) {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const base = {
    url,
    authorities: [],
    method: 'GET',
    headers: {},
    rate: 50,
    seconds: 1,
    warmUpSeconds: 0.2,
    connections: 20,
    timeoutMs: 5_000,
    good: [200],
  };
  try {
    return await generateLoad({ ...base, ...change }, stop);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}
