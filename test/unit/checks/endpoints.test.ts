import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  clusterChecks,
  databaseChecks,
  registryChecks,
  registryHostChecks,
} from '../../../electron/engine/checks/dependencies.ts';
import type {
  ClusterFacts,
  DatabaseFacts,
  DatabaseFigures,
  RegistryFacts,
  RegistryHostFacts,
} from '../../../electron/engine/checks/endpoints.ts';
import { judgeEndpoint } from '../../../electron/engine/checks/judge.ts';
import { claimsOf, demandOf, pluralOf, rightsOf } from '../../../electron/engine/stages/dependencies/demand.ts';
import { release as file, plain, site } from './fixture.ts';

const problem = (code: string) => ({ problem: { 'zh-CN': code, 'en-US': code }, code, detail: 'their words' });
const statuses = <F>(checks: Parameters<typeof judgeEndpoint<F>>[0], facts: F) =>
  Object.fromEntries(
    judgeEndpoint(checks, 'endpoint', facts, { site, release: file, profile: plain }).map((one) => [
      one.check.split('.')[1]!,
      one.status,
    ]),
  );

describe('the registry', () => {
  const facts: RegistryFacts = {
    scheme: 'https',
    tcp: { value: true },
    tls: { value: { authorized: true, reason: '', protocol: 'TLSv1.3' } },
    ping: { value: true },
  };
  const untrusted = { value: { authorized: false, reason: 'DEPTH_ZERO_SELF_SIGNED_CERT', protocol: 'TLSv1.3' } };
  const cases: readonly [string, RegistryFacts, Readonly<Record<string, string>>][] = [
    [
      'good',
      facts,
      {
        'registry-tcp': 'passed',
        'registry-tls': 'passed',
        'registry-protocol': 'passed',
        'registry-account': 'passed',
      },
    ],
    [
      'not trusted yet: never an error',
      { ...facts, tls: untrusted, ping: null },
      {
        'registry-tcp': 'passed',
        'registry-tls': 'warning',
        'registry-protocol': 'not-applicable',
        'registry-account': 'not-applicable',
      },
    ],
    [
      'an old protocol',
      { ...facts, tls: { value: { ...untrusted.value, protocol: 'TLSv1.1' } }, ping: null },
      { 'registry-tls': 'failed' },
    ],
    [
      'silent',
      { ...facts, tcp: problem('http-unreachable'), tls: problem('http-unreachable'), ping: null },
      { 'registry-tcp': 'failed', 'registry-tls': 'error' },
    ],
    [
      'another service',
      { ...facts, ping: problem('registry-response') },
      { 'registry-protocol': 'failed', 'registry-account': 'error' },
    ],
    [
      'a wrong password',
      { ...facts, ping: problem('registry-unauthorized') },
      { 'registry-protocol': 'passed', 'registry-account': 'failed' },
    ],
    [
      'plain HTTP',
      { ...facts, scheme: 'http', tls: null },
      { 'registry-tls': 'warning', 'registry-account': 'passed' },
    ],
  ];
  for (const [words, given, expected] of cases) {
    it(words, () => {
      const found = statuses(registryChecks, given);
      for (const [check, status] of Object.entries(expected)) assert.equal(found[check], status, check);
    });
  }
});

describe('the host of the registry that the bundle brings', () => {
  const host = { systemd: true, running: false, holder: '', free: 2 ** 30, needed: 2 ** 29, folder: '/var/lib' };
  const program = { value: { version: '3.1.2', architecture: 'amd64' } };
  const judged = (facts: RegistryHostFacts) => Object.values(statuses(registryHostChecks, facts));
  it('fits, or says what does not', () => {
    const with_ = (change: Partial<typeof host>) => judged({ program, host: { value: { ...host, ...change } } });
    assert.deepEqual(with_({}), ['passed', 'passed', 'passed', 'passed']);
    assert.deepEqual(with_({ running: true }), ['passed', 'passed', 'passed', 'passed']);
    assert.deepEqual(with_({ holder: 'nginx 12' }), ['passed', 'failed', 'passed', 'passed']);
    assert.deepEqual(with_({ needed: 2 ** 31 }), ['passed', 'passed', 'failed', 'passed']);
    assert.deepEqual(with_({ systemd: false }), ['passed', 'passed', 'passed', 'warning']);
  });
  it('is not judged by what could not be asked', () => {
    const silent = problem('ssh-unreachable');
    assert.deepEqual(judged({ program: silent, host: null }), ['error', 'error', 'error', 'error']);
    assert.deepEqual(judged({ program, host: silent }), ['passed', 'error', 'error', 'error']);
    const missing = problem('registry-program-missing');
    assert.equal(judged({ program: missing, host: null })[0], 'failed');
  });
});

describe('the database', () => {
  const figures: DatabaseFigures = {
    version: '16.4',
    major: 16,
    maxConnections: 100,
    reserved: 3,
    used: 5,
    standby: false,
    readOnly: false,
    encoding: 'UTF8',
    collation: 'C.UTF-8',
    timeZone: 'UTC',
    offsetMinutes: 0,
    mayCreateDatabases: true,
    mayCreateRoles: true,
    passwordEncryption: 'scram-sha-256',
    clockMs: 20,
    clockDoubtMs: 5,
  };
  const facts: DatabaseFacts = {
    tls: { value: { authorized: true, reason: '', protocol: 'TLSv1.3' } },
    figures: { value: figures },
    scratch: { value: 8 },
  };
  it('passes whole', () => assert.deepEqual([...new Set(Object.values(statuses(databaseChecks, facts)))], ['passed']));
  const cases: readonly [string, Partial<DatabaseFigures>, string][] = [
    ['database-version', { major: 11 }, 'failed'],
    ['database-version', { major: 12 }, 'passed'],
    ['database-version', { major: 19 }, 'failed'],
    ['database-rights', { mayCreateRoles: false }, 'failed'],
    ['database-writable', { standby: true }, 'failed'],
    ['database-encoding', { encoding: 'SQL_ASCII' }, 'failed'],
    ['database-collation', { collation: 'zh_CN.GBK' }, 'warning'],
    ['database-time-zone', { offsetMinutes: 480 }, 'passed'],
    ['database-time-zone', { offsetMinutes: -300 }, 'warning'],
    ['database-connections', { maxConnections: 39 }, 'failed'],
    ['database-connections', { maxConnections: 40 }, 'warning'],
    ['database-connections', { maxConnections: 47 }, 'passed'],
    ['database-password', { passwordEncryption: 'md5' }, 'warning'],
    ['database-clock', { clockMs: -16_000 }, 'warning'],
    ['database-clock', { clockMs: 301_000 }, 'failed'],
  ];
  for (const [check, change, status] of cases) {
    it(`${check} with ${JSON.stringify(change)} is ${status}`, () => {
      assert.equal(
        statuses(databaseChecks, { ...facts, figures: { value: { ...figures, ...change } } })[check],
        status,
      );
    });
  }
  it('warns where TLS is still to come, and fails what the server refuses', () => {
    assert.equal(statuses(databaseChecks, { ...facts, tls: problem('handshake-failed') })['database-tls'], 'warning');
    assert.equal(
      statuses(databaseChecks, { ...facts, scratch: problem('database-refused') })['database-schema'],
      'failed',
    );
    const silent = statuses(databaseChecks, {
      tls: problem('http-unreachable'),
      figures: problem('database-unreachable'),
      scratch: null,
    });
    assert.equal(silent['database-connection'], 'failed');
    assert.equal(silent['database-version'], 'error');
    assert.equal(silent['database-schema'], 'error');
  });
});

describe('the cluster', () => {
  const node = {
    name: 'n1',
    ready: true,
    schedulable: true,
    pressures: [],
    architecture: 'amd64',
    kubelet: 'v1.34.2',
    cpu: 4,
    memory: 8 * 2 ** 30,
  };
  const facts: ClusterFacts = {
    ready: { value: true },
    version: { value: 'v1.34.2' },
    nodes: { value: [node] },
    requested: { value: { cpu: 1, memory: 2 ** 30 } },
    storageClasses: { value: [] },
    rights: { value: [{ verb: 'get', group: '', resource: 'pods', namespace: 'energy', allowed: true }] },
    namespace: { value: '' },
    demand: { cpu: 1, memory: 2 ** 30 },
    claims: [],
    delivered: [],
  };
  const cases: readonly [string, Partial<ClusterFacts>, string][] = [
    ['cluster-ready', {}, 'passed'],
    ['cluster-ready', { ready: { value: false } }, 'failed'],
    ['cluster-ready', { ready: problem('kubernetes-unreachable') }, 'failed'],
    ['cluster-version', { version: { value: 'v1.23.0' } }, 'failed'],
    ['cluster-version', { version: { value: 'v1.27.9-gke.1' } }, 'warning'],
    ['cluster-version', { version: { value: 'v1.28.0' } }, 'passed'],
    ['cluster-version', { version: problem('kubernetes-unreachable') }, 'error'],
    ['cluster-nodes', { nodes: { value: [{ ...node, pressures: ['DiskPressure'] }, node] } }, 'warning'],
    ['cluster-nodes', { nodes: { value: [{ ...node, ready: false }] } }, 'failed'],
    ['cluster-nodes', { nodes: problem('kubernetes-forbidden') }, 'error'],
    ['cluster-architecture', { nodes: { value: [{ ...node, architecture: 'arm64' }] } }, 'failed'],
    ['cluster-architecture', { nodes: { value: [{ ...node, architecture: '' }] } }, 'error'],
    ['cluster-capacity', { demand: { cpu: 3.1, memory: 1 } }, 'failed'],
    ['cluster-capacity', { demand: { cpu: 2.6, memory: 1 } }, 'warning'],
    ['cluster-capacity', { demand: { cpu: 2.5, memory: 1 } }, 'passed'],
    ['cluster-capacity', { nodes: { value: [{ ...node, cpu: Number.NaN }] } }, 'error'],
    ['cluster-storage-class', {}, 'not-applicable'],
    ['cluster-storage-class', { claims: [{ name: 'data', storageClass: null }] }, 'failed'],
    [
      'cluster-storage-class',
      { claims: [{ name: 'data', storageClass: null }], delivered: [{ name: 'local', isDefault: true }] },
      'passed',
    ],
    [
      'cluster-storage-class',
      {
        claims: [{ name: 'data', storageClass: 'fast' }],
        storageClasses: { value: [{ name: 'slow', isDefault: true }] },
      },
      'failed',
    ],
    [
      'cluster-rights',
      {
        rights: {
          value: [{ verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'energy', allowed: false }],
        },
      },
      'failed',
    ],
    ['cluster-namespace', { namespace: { value: 'Terminating' } }, 'failed'],
  ];
  for (const [check, change, status] of cases) {
    it(`${check} with ${JSON.stringify(change).slice(0, 70)} is ${status}`, () => {
      assert.equal(statuses(clusterChecks, { ...facts, ...change })[check], status);
    });
  }

  it('works out requests, claims and rights', () => {
    const container = (cpu: string) => ({ name: 'c', resources: { requests: { cpu, memory: '128Mi' } } });
    const object = (kind: string, spec: object) => ({
      apiVersion: 'apps/v1',
      kind,
      metadata: { name: 'x', namespace: 'energy' },
      spec,
    });
    const template = {
      spec: { containers: [container('100m'), container('0.4')], initContainers: [container('700m')] },
    };
    assert.deepEqual(demandOf([object('Deployment', { replicas: 3, template })]).cpu.toFixed(2), '2.10');
    assert.equal(demandOf([object('CronJob', { jobTemplate: { spec: { template } } })]).memory, 256 * 2 ** 20);
    assert.deepEqual(
      claimsOf([object('StatefulSet', { volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: {} }] })]),
      [{ name: 'x/data', storageClass: null }],
    );
    assert.ok(
      rightsOf([object('Deployment', {})], 'energy').some(
        ({ verb, group, resource, namespace }) =>
          `${verb} ${group}/${resource} ${namespace}` === 'patch apps/deployments energy',
      ),
    );
    assert.deepEqual(['NetworkPolicy', 'Ingress', 'StorageClass', 'Endpoints', 'Gateway'].map(pluralOf), [
      'networkpolicies',
      'ingresses',
      'storageclasses',
      'endpoints',
      'gateways',
    ]);
  });
});
