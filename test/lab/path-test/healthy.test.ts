import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { PathReport } from '../../../electron/contract/path-test.ts';
import { connectRegistry } from '../../../electron/engine/drivers/registry/connect.ts';
import { testPath } from '../../../electron/engine/images/path-test/run.ts';
import { startFaultProxy } from '../../kit/fault-proxy.ts';
import { type RegistryOptions, registryVersions, startRegistry } from '../../kit/registry.ts';
import { startTokenServer } from '../../kit/token-server.ts';

type Account = { readonly user: string; readonly password: string };

async function tryWay(url: string, account?: Account): Promise<PathReport> {
  const registry = connectRegistry({
    endpoint: { url, prefix: '', user: account?.user ?? '', credential: 'registry' },
    password: () => account?.password ?? '',
    authorities: [],
  });
  const { signal } = new AbortController();
  const repositories = ['energy/api', 'energy/jobs', 'monitoring/prometheus'];
  try {
    return await testPath({ registry, repositories, largest: 424_000_000, signal, now: () => new Date() });
  } finally {
    await registry.close();
  }
}

function assertNothingFound(report: PathReport): void {
  const found = report.probes.filter(({ status }) => status !== 'passed' && status !== 'not-applicable');
  assert.deepEqual(found, []);
  assert.equal(report.verdict, 'passed');
}

for (const version of registryVersions) {
  test(`a good way to registry ${version}: nothing is found, nothing stays`, { timeout: 300_000 }, async (t) => {
    const registry = await startRegistry({ version });
    if ('skipped' in registry) return t.skip(registry.skipped);
    t.after(registry.stop);
    for (let round = 0; round < 3; round += 1) {
      const report = await tryWay(registry.url);
      assertNothingFound(report);
      assert.equal(report.resumes, version === '3' ? 'bytes' : 'requests');
      assert.equal(report.bodyLimit, undefined);
      assert.ok(report.uplink !== undefined && report.uplink > 1e6);
      const sent = report.bytesSent / 1024 ** 2;
      assert.ok(sent < 11, `${sent} MiB`);
      t.diagnostic(`${sent.toFixed(1)} MiB in ${report.seconds.toFixed(2)} s`);
      const deleted = report.left.length === 0;
      const folder = join(registry.folder, 'data', 'docker/registry/v2/repositories/energy/sitewright-path-test');
      const links = readdirSync(join(folder, '_layers', 'sha256'), { recursive: true, encoding: 'utf8' });
      assert.equal(links.filter((name) => name.endsWith('link')).length === 0, deleted, links.join('\n'));
    }
  });
}

test('a good way through a proxy, with relative addresses, and with tokens', { timeout: 120_000 }, async (t) => {
  const tokens = await startTokenServer({ lifeSeconds: 60 });
  t.after(tokens.stop);
  const good = async (options: RegistryOptions, account?: Account) => {
    const registry = await startRegistry(options);
    if ('skipped' in registry) return t.skip(registry.skipped);
    const proxy = await startFaultProxy(registry.url, { faults: [{ kind: 'location', relative: true }] });
    try {
      assertNothingFound(await tryWay(proxy.url, account));
      assertNothingFound(await tryWay(registry.url, account));
    } finally {
      await proxy.stop();
      await registry.stop();
    }
  };
  await good({});
  await good({ tokens }, tokens);
});

test('on a slow line little is sent', async (t) => {
  const registry = await startRegistry();
  if ('skipped' in registry) return t.skip(registry.skipped);
  t.after(registry.stop);
  const proxy = await startFaultProxy(registry.url, { faults: [{ kind: 'throttle', bytesPerSecond: 200_000 }] });
  t.after(proxy.stop);
  const report = await tryWay(proxy.url);
  assertNothingFound(report);
  assert.ok(report.bytesSent < 1_000_000, String(report.bytesSent));
});
