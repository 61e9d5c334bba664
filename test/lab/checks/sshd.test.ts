import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { it } from 'node:test';
import { fileURLToPath } from 'node:url';
import type { Site } from '../../../electron/contract/site.ts';
import { catalogue } from '../../../electron/engine/checks/catalogue.ts';
import { judgeHosts } from '../../../electron/engine/checks/judge.ts';
import { collectorArguments } from '../../../electron/engine/checks/plan.ts';
import { runCollector } from '../../../electron/engine/checks/run-collector.ts';
import { connectHost } from '../../../electron/engine/drivers/ssh/connect.ts';
import { scriptFolder } from '../../../electron/engine/drivers/ssh/scripts.ts';
import { startSshd } from '../../kit/sshd.ts';
import { site as base, plain, release } from '../../unit/checks/fixture.ts';

const scripts = scriptFolder(fileURLToPath(new URL('../../../installer-scripts', import.meta.url)));

it('the collector comes home over a real OpenSSH server, in one exec', async (test) => {
  const sshd = await startSshd();
  if ('skipped' in sshd) return test.skip(sshd.skipped);
  const host = { ...sshd.host(), roles: ['worker' as const] };
  const address = `${sshd.address}:${sshd.port}`;
  // The server itself stands for every endpoint: a connection that must come about.
  const site: Site = {
    ...base,
    hosts: [host],
    registry: { ...base.registry!, url: `https://${address}` },
    kubernetes: { ...base.kubernetes!, server: `https://${address}` },
    database: { ...base.database!, address: sshd.address, port: sshd.port },
  };
  const trust = { pinned: () => undefined, pin: () => undefined };
  const remote = await connectHost({ host, secret: sshd.privateKey, trust, scripts });
  try {
    const begun = performance.now();
    const context = { signal: new AbortController().signal };
    const { facts, code } = await runCollector(context, remote, collectorArguments(site, release, host));
    test.diagnostic(`${Math.round(performance.now() - begun)} ms, ${Object.keys(facts.sections).length} sections`);
    assert.equal(code, 0);
    assert.deepEqual(
      Object.entries(facts.sections).filter(([, { state }]) => state !== 'complete'),
      [],
    );
    assert.ok(facts.complete && facts.noise === '', facts.noise);
    assert.ok(Math.abs(facts.clock!.offsetMs) <= facts.clock!.uncertaintyMs + 1, JSON.stringify(facts.clock));
    const judged = judgeHosts(catalogue, { site, release, profile: plain, collected: new Map([[host.name, facts]]) });
    const status = (check: string) => judged.find((one) => one.check === check)?.status;
    assert.equal(status('network.tcp-matrix'), 'passed');
    assert.notEqual(status('host.cpu-count'), 'error');
    assert.ok(!JSON.stringify(judged).includes('checks.unknown.fault'), 'no check fell over on a real answer');
  } finally {
    remote.close();
    await sshd.stop();
  }
});
