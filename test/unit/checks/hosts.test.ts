import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import { before, describe, it } from 'node:test';
import type { Site } from '../../../electron/contract/site.ts';
import { say } from '../../../electron/contract/text.ts';
import { catalogue } from '../../../electron/engine/checks/catalogue.ts';
import type { Collected } from '../../../electron/engine/checks/facts.ts';
import { judgeHosts } from '../../../electron/engine/checks/judge.ts';
import { parseProfile } from '../../../electron/engine/checks/profile.ts';
import { change, factsOf, hostNamed, plain, practiceHost, profileText, release, site } from './fixture.ts';

const names = ['app-01', 'app-02', 'data-01'] as const;
let healthy: Map<string, Collected>;
before(async () => {
  healthy = new Map(await Promise.all(names.map(async (name) => [name, await factsOf(practiceHost(name))] as const)));
});

function judge(collected: ReadonlyMap<string, Collected>, check: string, of: Site = site) {
  const checks = catalogue.filter(({ id }) => id === check);
  return Object.fromEntries(
    judgeHosts(checks, { site: of, release, profile: plain, collected }).map((one) => [one.subject, one]),
  );
}

const changed = (name: string, sections: Readonly<Record<string, string | null>>) =>
  new Map(healthy).set(name, change(healthy.get(name)!, sections));
const clock = (offsets: readonly number[], uncertaintyMs = 5) =>
  new Map(
    names.map((name, index) => [name, { ...healthy.get(name)!, clock: { offsetMs: offsets[index]!, uncertaintyMs } }]),
  );

describe('checks between hosts', () => {
  for (const [check, section] of [
    ['os.hostname-unique', 'hostname'],
    ['os.machine-id-unique', 'machine-id'],
    ['os.product-uuid-unique', 'product-uuid'],
  ] as const) {
    it(`${check}: both twins fail, the third passes, an unread one is error`, () => {
      const twin = healthy.get('app-01')!.sections[section]!.stdout;
      const found = judge(changed('app-02', { [section]: twin }), check);
      assert.deepEqual(
        [found['app-01']!.status, found['app-02']!.status, found['data-01']!.status],
        ['failed', 'failed', 'passed'],
      );
      assert.match(say('en-US', found['app-01']!.actual), /app-02/);
      const unread = judge(changed('app-02', { [section]: 'timeout' }), check);
      assert.deepEqual([unread['app-01']!.status, unread['app-02']!.status], ['passed', 'error']);
    });
  }

  it('network.mac-unique finds a shared address, whatever else differs', () => {
    const own = healthy.get('app-01')!.sections.interfaces!.stdout;
    assert.equal(
      judge(changed('data-01', { interfaces: `${own}eth9 physical 1500 02:00:00:00:00:09\n` }), 'network.mac-unique')[
        'data-01'
      ]!.status,
      'failed',
    );
    assert.equal(judge(healthy, 'network.mac-unique')['app-01']!.status, 'passed');
  });

  it('time.skew blames the host whose clock is wrong, and only for what is certain', () => {
    const wrong = judge(clock([0, 4, 900]), 'time.skew');
    assert.deepEqual(
      names.map((name) => wrong[name]!.status),
      ['passed', 'passed', 'failed'],
    );
    assert.equal(judge(clock([0, 0, 70]), 'time.skew')['data-01']!.status, 'warning');
    assert.equal(judge(clock([0, 0, 70], 40), 'time.skew')['data-01']!.status, 'passed');
    assert.equal(
      judge(clock([0, 0, 505]), 'time.skew')['data-01']!.status,
      'warning',
      'the doubt of both hosts is taken off',
    );
    const unmeasured = judge(new Map(healthy).set('app-01', { ...healthy.get('app-01')!, clock: null }), 'time.skew');
    assert.equal(unmeasured['app-01']!.status, 'error');
  });

  it('time.laptop and time.zone-equal', () => {
    assert.equal(judge(clock([16_000, 0, 301_000]), 'time.laptop')['app-01']!.status, 'warning');
    assert.equal(judge(clock([16_000, 0, 301_000]), 'time.laptop')['data-01']!.status, 'failed');
    const zones = judge(changed('app-02', { 'time-zone': '+0000\n' }), 'time.zone-equal');
    assert.deepEqual(
      names.map((name) => zones[name]!.status),
      ['passed', 'warning', 'passed'],
    );
  });

  it('network.mtu-equal compares the interface of the default route', () => {
    const own = healthy.get('app-02')!.sections.interfaces!.stdout.replace(' 1500 ', ' 9000 ');
    assert.equal(judge(changed('app-02', { interfaces: own }), 'network.mtu-equal')['app-02']!.status, 'warning');
  });
});

describe('connections of the plan', () => {
  it('are tried for real by a practice host, and told apart', async () => {
    const server = createServer((socket) => socket.destroy());
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as { port: number };
    const of: Site = {
      ...site,
      registry: { ...site.registry!, url: `https://127.0.0.1:${port}` },
      kubernetes: { ...site.kubernetes!, server: `https://localhost:${port}` },
      database: { ...site.database!, address: '127.0.0.1', port },
    };
    const facts = await factsOf(practiceHost('app-01'), hostNamed('app-01', of), of);
    await new Promise((resolve) => server.close(resolve));
    const judged = (tcp?: string) =>
      judge(new Map([['app-01', tcp === undefined ? facts : change(facts, { tcp })]]), 'network.tcp-matrix', of)[
        'app-01'
      ]!;
    assert.equal(judged().status, 'passed', say('en-US', judged().actual));
    const lines = facts.sections.tcp!.stdout;
    assert.equal(judged(lines.replace('connected', 'refused')).status, 'warning');
    assert.equal(judged(lines.replace('connected', 'timeout')).status, 'failed');
    assert.equal(judged(lines.replace('connected', 'no-tool')).status, 'error');
    assert.equal(judged('').status, 'error');
    assert.equal(judge(new Map([['app-01', facts]]), 'network.names-resolve', of)['app-01']!.status, 'passed');
    assert.equal(judge(healthy, 'network.tcp-matrix')['data-01']!.status, 'not-applicable');
  });
});

describe('the practice hosts', () => {
  for (const profile of ['poc', 'production'] as const) {
    it(`show nothing that blocks in profile ${profile}, and one honest warning`, async () => {
      const open = new Map(
        [...healthy].map(([name, facts]) => [
          name,
          change(facts, { tcp: (facts.sections.tcp?.stdout ?? '').replaceAll('refused', 'connected') }),
        ]),
      );
      const judged = judgeHosts(catalogue, {
        site,
        release,
        profile: parseProfile('p', profileText, profile),
        collected: open,
      });
      const bad = judged
        .filter(({ status }) => status === 'failed' || status === 'error')
        .map(
          ({ check, subject, actual, why }) =>
            `${check} ${subject} ${say('en-US', actual)} ${why === undefined ? '' : say('en-US', why)}`,
        );
      if (process.arch === 'x64') assert.deepEqual(bad, []);
      assert.deepEqual(
        judged.filter(({ status }) => status === 'warning').map(({ check, subject }) => `${check} ${subject}`),
        ['os.inotify-instances app-02'],
      );
    });
  }

  it('answer planted sections instead of their own', async () => {
    const facts = await factsOf(
      practiceHost('app-01', {
        planted: { swaps: 'Filename Type\n/dev/sda9 partition', mounts: 'timeout', iptables: 'exit 127' },
      }),
    );
    assert.equal(judge(new Map([['app-01', facts]]), 'host.swap-off')['app-01']!.status, 'failed');
    assert.equal(facts.sections.mounts?.state, 'timeout');
    assert.equal(facts.sections.iptables?.code, 127);
  });

  it('tell their own clock', async () => {
    const facts = await factsOf(practiceHost('app-01', { clockOffsetMs: -7000 }));
    assert.ok(Math.abs(facts.clock!.offsetMs + 7000) <= facts.clock!.uncertaintyMs + 2);
  });
});
