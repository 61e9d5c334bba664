import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import type { Site } from '../../../electron/contract/site.ts';
import { locales, say } from '../../../electron/contract/text.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import type { RemoteHost } from '../../../electron/engine/drivers/ssh/host.ts';
import { dependenciesStage } from '../../../electron/engine/stages/dependencies/stage.ts';
import { environmentStage } from '../../../electron/engine/stages/environment/stage.ts';
import { judgeSite } from '../../../electron/engine/stages/inventory/consistency.ts';
import { inventoryStage } from '../../../electron/engine/stages/inventory/stage.ts';
import { answerScript } from '../../../electron/practice/hosts/answers.ts';
import { testContext } from '../../kit/context.ts';
import { release as file, practiceHost, profileText, site } from './fixture.ts';

const sample = join(import.meta.dirname, '../../../bundles/energy');
const named = [file.checks, file.parameters, ...file.manifests, ...file.jobs, ...file.monitoring, ...file.storage];
const texts = new Map(
  named.map((path) => {
    const content = path === file.checks ? profileText : readFileSync(join(sample, path), 'utf8');
    return [path, { path, content, digest: `sha256:${createHash('sha256').update(content).digest('hex')}` }] as const;
  }),
);
const release = {
  file,
  texts,
  images: [],
  blobs: new Map(),
  digest: '',
  signature: { found: true, valid: true, key: '' },
} as unknown as Release;
const input = { site, release };

/** A host that really answers the collector; only the way to it is left out. */
function remote(name: string): RemoteHost {
  const host = practiceHost(name);
  const script: RemoteHost['script'] = async (file, args = []) => ({
    ...(await answerScript(host, file, args))!,
    durationMs: 3,
  });
  return { name, hostKey: 'SHA256:abc', script } as Partial<RemoteHost> as RemoteHost;
}

describe('plans', () => {
  it('look for what a delta builds on before anything changes', () => {
    const delta = { ...input, release: { ...input.release, base: { blobs: 34 } } };
    const steps = dependenciesStage.plan(delta);
    const base = steps.findIndex(({ kind }) => kind === 'base');
    assert.ok(base >= 0 && base < steps.findIndex(({ mutates }) => mutates));
    assert.match(say('en-US', steps[base]!.effects[0]!), /34 blobs/);
    assert.ok([...inventoryStage.plan(delta), ...environmentStage.plan(delta)].every(({ mutates }) => !mutates));
    assert.ok(dependenciesStage.plan(input).every(({ kind }) => kind !== 'base'));
  });

  it('are pure, have unique ids, and needs that come earlier', () => {
    for (const stage of [inventoryStage, environmentStage, dependenciesStage]) {
      const steps = stage.plan(input);
      assert.deepEqual(steps, stage.plan(input));
      const ids = steps.map(({ id }) => id);
      assert.equal(new Set(ids).size, ids.length);
      for (const [index, step] of steps.entries()) {
        assert.ok(step.id.startsWith(`${stage.id}/${step.kind}/`) && stage.steps[step.kind] !== undefined);
        assert.ok(step.needs.every((need) => ids.indexOf(need) < index && ids.includes(need)));
        assert.equal(step.mutates, step.kind === 'database');
        for (const locale of locales)
          for (const effect of step.effects) assert.doesNotMatch(say(locale, effect), /\{\w+\}|^checks\./);
      }
    }
  });

  it('refuse a release with a wrong profile', () => {
    const wrong = { ...release, texts: new Map([[file.checks, { path: '', digest: '', content: 'format: 2' }]]) };
    assert.throws(
      () => environmentStage.plan({ site, release: wrong }),
      (error) => error instanceof SitewrightError && error.code === 'release-invalid',
    );
  });
});

describe('inventory', () => {
  it('logs on to a host and records four findings', async () => {
    const { context, recorded } = testContext({
      site,
      release,
      stage: 'inventory',
      drivers: { ssh: async (host) => remote(host.name) },
    });
    await inventoryStage.steps.connect!.verify!(context, { host: 'app-01' });
    assert.deepEqual(
      recorded.findings.map(({ check, status }) => `${check} ${status}`),
      [
        'host.ssh-connect passed',
        'permission.shell passed',
        'permission.become passed',
        'permission.clean-output passed',
        'host.ssh-latency passed',
      ],
    );
  });

  for (const [code, status] of [
    ['ssh-auth-failed', 'failed'],
    ['ssh-host-key-changed', 'failed'],
    ['ssh-unreachable', 'error'],
  ] as const) {
    it(`records ${code} as ${status} and throws it on`, async () => {
      const ssh = async () => {
        throw new SitewrightError(code, { host: 'app-01' });
      };
      const { context, recorded } = testContext({ site, release, stage: 'inventory', drivers: { ssh } });
      await assert.rejects(
        async () => inventoryStage.steps.connect!.verify!(context, { host: 'app-01' }),
        (error) => error instanceof SitewrightError && error.code === code,
      );
      assert.deepEqual(
        recorded.findings.map(({ check, status, mustPass }) => [check, status, mustPass]),
        [['host.ssh-connect', status, true]],
      );
    });
  }

  it('warns of a shell that prints first, and fails one that does not answer', async () => {
    const noisy = remote('app-01');
    for (const [words, expected] of [
      ['keep', ['passed', 'warning']],
      ['drop', ['failed', 'warning']],
    ] as const) {
      const script: RemoteHost['script'] = async (name, args) => {
        const answer = await noisy.script(name, args);
        return { ...answer, stdout: words === 'keep' ? `Welcome\n${answer.stdout}` : 'sh: unknown option -s\n' };
      };
      const { context, recorded } = testContext({
        site,
        release,
        stage: 'inventory',
        drivers: { ssh: async () => ({ ...noisy, script }) },
      });
      await inventoryStage.steps.connect!.verify!(context, { host: 'app-01' });
      const of = (check: string) => recorded.findings.find((one) => one.check === check)?.status;
      assert.deepEqual([of('permission.shell'), of('permission.clean-output')], expected);
    }
  });

  const wrong: readonly [string, Site, string][] = [
    ['no worker', { ...site, hosts: site.hosts.filter(({ roles }) => !roles.includes('worker')) }, 'inventory.roles'],
    [
      'an endpoint on an unknown host',
      { ...site, database: { ...site.database!, host: 'gone' } },
      'inventory.endpoints',
    ],
    ['one address twice', { ...site, hosts: site.hosts.map((host) => ({ ...host, port: 22 })) }, 'inventory.addresses'],
    [
      'a credential that was never entered',
      { ...site, database: { ...site.database!, credential: 'missing' } },
      'inventory.credentials',
    ],
  ];
  const own = { ...site, hosts: site.hosts.map((host, index) => ({ ...host, port: 2200 + index })) };
  it('finds nothing wrong with a good site', () => {
    assert.deepEqual(
      judgeSite(own, ['worker'], () => true).filter(({ status }) => status !== 'passed'),
      [],
    );
  });
  for (const [words, change, check] of wrong) {
    it(`fails ${words}`, () => {
      const failed = judgeSite(
        { ...own, ...change, hosts: words === 'one address twice' || words === 'no worker' ? change.hosts : own.hosts },
        ['worker'],
        (entry) => entry !== 'missing',
      ).filter(({ status }) => status === 'failed');
      assert.deepEqual(
        failed.map((one) => one.check),
        [check],
      );
      assert.ok(failed[0]!.mustPass);
    });
  }
});

describe('environment', () => {
  it('collects once per host, then judges all from the stored facts', async () => {
    const { context, recorded } = testContext({
      site,
      release,
      stage: 'environment',
      drivers: { ssh: async (host) => remote(host.name) },
    });
    for (const step of environmentStage.plan(input)) {
      await environmentStage.steps[step.kind]!.verify!(context, JSON.parse(JSON.stringify(step.input)));
    }
    assert.equal(recorded.evidence.length, 3);
    assert.ok(recorded.findings.length >= 3 * 35);
    const cpu = recorded.findings.find(({ check, subject }) => check === 'host.cpu-count' && subject === 'app-02')!;
    assert.equal(cpu.status, 'passed');
    assert.equal(cpu.evidence.length, 1);
    assert.equal(say('zh-CN', cpu.expected), '不低于 4 核，建议 8 核');
  });

  it('judges a host whose facts are absent as error, the others as they are', async () => {
    const { context, recorded } = testContext({
      site,
      release,
      stage: 'environment',
      drivers: { ssh: async (host) => remote(host.name) },
    });
    await environmentStage.steps.collect!.verify!(context, { host: 'app-01', arguments: [] });
    await environmentStage.steps.judge!.verify!(context, { hosts: [] });
    const of = (subject: string) =>
      recorded.findings.find((one) => one.check === 'host.cpu-count' && one.subject === subject)?.status;
    assert.deepEqual([of('app-01'), of('app-02')], ['passed', 'error']);
  });
});
