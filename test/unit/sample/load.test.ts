import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Agent, request } from 'undici';
import { createCaller } from './caller.ts';
import { type Installation, passwordOf, prepareInstallation } from './installation.ts';

let site: Installation;
before(async () => {
  site = await prepareInstallation();
  await site.migrate();
  await site.configure();
  await site.importHistory();
});
after(() => site.close());

test('the job sums a year of 20 meters in seconds, and running it again changes nothing', async () => {
  const start = performance.now();
  const first = await site.runJob();
  assert.equal(first.code, 0, first.output);
  assert.ok(performance.now() - start < 10_000);
  assert.match(first.output, /"written":7300,"removed":0,"alarms":0/);
  const again = await site.runJob();
  assert.match(again.output, /"written":0,"removed":0,"alarms":0/);
  const client = await site.database.connect('energy');
  const { rows } = await client.query(
    `select (select count(*)::int from readings) as readings, (select sum(count)::int from daily_summaries) as counted,
       (select sum(kwh) from readings) = (select sum(kwh) from daily_summaries) as equal,
       (select min(at) from readings) as first, (select max(at) from readings) as last`,
  );
  assert.deepEqual(rows[0], {
    readings: 175_200,
    counted: 175_200,
    equal: true,
    first: new Date('2025-01-01T00:00:00Z'),
    last: new Date('2025-12-31T23:00:00Z'),
  });

  // A reading over its rule is found once, however often the job runs.
  await client.query("update readings set kwh = 5000 where meter_id = 3 and at = '2025-06-01T00:00:00Z'");
  assert.match((await site.runJob()).output, /"written":1,"removed":0,"alarms":1/);
  assert.match((await site.runJob()).output, /"written":0,"removed":0,"alarms":0/);
  await client.end();
});

test('one pod lists meters 200 times a second, far below 50 ms', async () => {
  const pod = await site.startApi();
  const caller = createCaller(pod.port, site.authority);
  const name = 'verifier-viewer';
  const { body } = await caller.call('POST', '/api/v1/sessions', { body: { name, password: passwordOf(name) } });
  const { token } = body as { token: string };
  const agent = new Agent({ connect: { ca: site.authority, servername: 'energy.site.internal' }, connections: 16 });
  const send = async (planned: number): Promise<number> => {
    const answer = await request(`https://127.0.0.1:${pod.port}/api/v1/meters`, {
      dispatcher: agent,
      headers: { authorization: `Bearer ${token}` },
    });
    await answer.body.dump();
    assert.equal(answer.statusCode, 200);
    return performance.now() - planned;
  };
  /** Latency counts from the planned start, so that a stall is seen in every request that it delays. */
  const round = async (): Promise<number> => {
    const begin = performance.now();
    const sent: Promise<number>[] = [];
    await new Promise<void>((resolve) => {
      const timer = setInterval(() => {
        const due = Math.min(400, Math.floor((performance.now() - begin) / 5));
        while (sent.length < due) sent.push(send(begin + sent.length * 5));
        if (sent.length < 400) return;
        clearInterval(timer);
        resolve();
      }, 2);
    });
    const latencies = (await Promise.all(sent)).sort((a, b) => a - b);
    return latencies[Math.floor(latencies.length * 0.99)]!;
  };
  for (let warm = 0; warm < 50; warm++) await send(performance.now());
  // Other tests share the machine: a service that can do it shows it in one of several rounds.
  const rounds: number[] = [];
  while (rounds.length < 5 && !rounds.some((p99) => p99 < 50)) rounds.push(await round());
  assert.ok(rounds.at(-1)! < 50, `p99 of the rounds in ms: ${rounds.map((p99) => p99.toFixed(1)).join(', ')}`);
  await agent.close();
  await caller.close();
});
