import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, it } from 'node:test';
import { createServer, type Server } from 'node:tls';
import type { Site } from '../../../electron/contract/site.ts';
import { say } from '../../../electron/contract/text.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import { splitChain } from '../../../electron/engine/certificates/read.ts';
import { createHttpClient } from '../../../electron/engine/drivers/http-client.ts';
import type { RemoteHost } from '../../../electron/engine/drivers/ssh/host.ts';
import type { Json, StepContext } from '../../../electron/engine/plan/step.ts';
import type { CertificateRecord } from '../../../electron/engine/stages/certificates/model.ts';
import { certificatesStage } from '../../../electron/engine/stages/certificates/stage.ts';
import { type Recorded, testContext, testSite } from '../../kit/context.ts';

const release = {
  file: { certificates: [{ name: 'api', secret: 'energy-api-tls', names: ['energy.site.internal'] }] },
} as unknown as Release;

type StoredFile = { readonly content: Buffer; readonly mode: number; readonly gid: number | undefined };
/** What a host keeps, and what was done to it. */
type HostState = { readonly files: Map<string, StoredFile>; readonly done: string[] };

/** A site whose hosts keep files in memory and whose registry is a real TLS server that loads its files on a reload. */
class World {
  readonly hosts = new Map<string, HostState>();
  readonly site: Site;
  readonly context: StepContext;
  readonly recorded: Recorded;
  trustCode = 0;
  groupKnown = true;
  now = new Date();
  /** Called before every durable change; throws to play a kill. */
  beforeChange: (what: string) => void = () => undefined;
  private readonly server: Server;
  private readonly http = createHttpClient({
    authorities: () => (this.recorded.facts.get('site/authorities') ?? []) as string[],
  });

  private constructor(server: Server, port: number) {
    this.server = server;
    const base = testSite();
    this.site = { ...base, registry: { ...base.registry!, url: `https://127.0.0.1:${port}` }, database: undefined };
    const made = testContext({
      site: this.site,
      release,
      stage: 'certificates',
      drivers: { ssh: async (host) => this.remote(host.name), http: this.http },
    });
    this.recorded = made.recorded;
    const { vault, facts } = made.context;
    this.context = {
      ...made.context,
      now: () => this.now,
      vault: {
        ...vault,
        set: (name, value) => {
          this.beforeChange(`vault ${name}`);
          vault.set(name, value);
        },
        getOrCreate: (name, make) => {
          if (!vault.has(name)) this.beforeChange(`vault ${name}`);
          return vault.getOrCreate(name, make);
        },
      },
      facts: {
        ...facts,
        put: (subject, name, value) => {
          this.beforeChange(`fact ${subject} ${name}`);
          facts.put(subject, name, value);
        },
      },
    };
  }

  static async open(): Promise<World> {
    const server = createServer({});
    server.on('tlsClientError', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return new World(server, (server.address() as AddressInfo).port);
  }

  async close(): Promise<void> {
    await this.http.close();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  state(name: string): HostState {
    const state = this.hosts.get(name) ?? { files: new Map(), done: [] };
    this.hosts.set(name, state);
    return state;
  }

  /** Runs every step in the plan's order, as the engine does; returns the ids of those that applied something. */
  async walk(): Promise<string[]> {
    const applied: string[] = [];
    for (const step of certificatesStage.plan({ site: this.site, release })) {
      const kind = certificatesStage.steps[step.kind]!;
      const { satisfied } = (await kind.inspect?.(this.context, step.input)) ?? { satisfied: false };
      if (!satisfied && kind.apply !== undefined) {
        await kind.apply(this.context, step.input);
        applied.push(step.id);
      }
      await kind.verify?.(this.context, step.input);
    }
    return applied;
  }

  record(name: string): CertificateRecord {
    return this.recorded.facts.get(`${name}/certificate`) as unknown as CertificateRecord;
  }

  private remote(name: string): RemoteHost {
    const state = this.state(name);
    const answer = (code: number, stdout = '') => ({ code, stdout, stderr: code === 0 ? '' : 'no', durationMs: 1 });
    return {
      name,
      hostKey: 'SHA256:test',
      exec: async (command) => {
        assert.match(command, /^id -g postgres$/);
        return this.groupKnown ? answer(0, '117\n') : answer(1);
      },
      script: async (script, args = []) => {
        this.beforeChange(`script ${script}`);
        state.done.push(`${script} ${args.join(' ')}`);
        if (script === 'trust-ca.sh') return answer(this.trustCode, 'trusted: store');
        const file = (path: string): Buffer => state.files.get(path)!.content;
        this.server.setSecureContext({
          cert: file('/etc/sitewright/registry/tls.crt'),
          key: file('/etc/sitewright/registry/tls.key'),
        });
        return answer(0);
      },
      readFile: async (path) => state.files.get(path)?.content,
      writeFile: async (path, content, { mode, gid }) => {
        this.beforeChange(`file ${path}`);
        state.done.push(`write ${path}`);
        state.files.set(path, { content: Buffer.from(content as string), mode, gid });
      },
      makeFolder: async () => undefined,
      stat: async (path) => {
        const found = state.files.get(path);
        return found === undefined
          ? undefined
          : { type: 'file', size: found.content.length, mode: found.mode, uid: 0, gid: found.gid ?? 0 };
      },
      list: async () => [],
      remove: async () => undefined,
      close: () => undefined,
    };
  }
}

describe('the certificates stage', () => {
  let world: World;
  afterEach(() => world.close());

  /** A certificate and its key fit each other, everywhere, and are what the site trusts. */
  function assertConsistent(): void {
    for (const name of ['registry', 'api', 'ca/root', 'ca/intermediate']) {
      const entry = name.startsWith('ca/') ? `${name}/key` : `tls/${name}/key`;
      const leaf = new X509Certificate(splitChain(world.record(name).certificate)[0]!);
      assert.ok(leaf.checkPrivateKey(createPrivateKey(world.recorded.secrets.get(entry)!)), name);
    }
    assert.deepEqual(world.recorded.facts.get('site/authorities'), [world.record('ca/root').certificate]);
    const { files } = world.state('data-01');
    assert.equal(
      files.get('/etc/sitewright/registry/tls.crt')?.content.toString(),
      world.record('registry').certificate,
    );
    assert.equal(
      files.get('/etc/sitewright/registry/tls.key')?.content.toString(),
      world.recorded.secrets.get('tls/registry/key'),
    );
  }

  it('issues, distributes, reloads and proves by a real handshake', async () => {
    world = await World.open();
    await world.walk();
    assertConsistent();
    const { files, done } = world.state('data-01');
    assert.equal(files.get('/etc/sitewright/registry/tls.key')?.mode, 0o600);
    assert.equal(files.get('/etc/sitewright/registry/tls.crt')?.mode, 0o644);
    assert.ok(done.includes('reload-service.sh docker-registry'));
    const port = new URL(world.site.registry!.url).port;
    const folder = `/etc/containerd/certs.d/127.0.0.1:${port}`;
    for (const host of ['app-01', 'app-02']) {
      const node = world.state(host);
      assert.equal(node.files.get(`${folder}/ca.crt`)?.content.toString(), world.record('ca/root').certificate);
      assert.match(
        node.files.get(`${folder}/hosts.toml`)!.content.toString(),
        new RegExp(`\\[host\\."https://127\\.0\\.0\\.1:${port}"\\]`),
      );
      assert.ok(node.done.includes('trust-ca.sh /etc/sitewright/ca.crt'));
    }
    assert.equal(world.state('data-01').files.has(`${folder}/ca.crt`), false, 'containerd files only where pods run');
    assert.equal(splitChain(world.record('registry').certificate).length, 2, 'leaf and intermediate');
    assert.deepEqual(world.record('api').names, ['energy.site.internal']);
    const proof = world.recorded.findings.find(({ check }) => check === 'certificates.handshake')!;
    assert.equal(proof.status, 'passed', say('en-US', proof.actual));
    assert.match(
      say('en-US', proof.actual),
      /TLSv1\.3; issued by CN=test-site issuing CA .* valid until \d{4}-\d\d-\d\d, 396 days left/,
    );
    assert.ok(world.recorded.findings.every(({ status, clause }) => status === 'passed' && clause === '11.2 证书准备'));
    const evidence = world.recorded.evidence.map(({ content }) => content.toString()).join('\n');
    assert.match(evidence, /BEGIN CERTIFICATE/);
    assert.doesNotMatch(
      evidence + JSON.stringify([...world.recorded.facts]) + world.recorded.log.join(),
      /PRIVATE KEY/,
    );
  });

  it('changes nothing when it runs again', async () => {
    world = await World.open();
    await world.walk();
    const before = JSON.stringify([[...world.recorded.facts], [...world.recorded.secrets]]);
    const done = [...world.hosts.values()].flatMap((host) => host.done).length;
    assert.deepEqual(await world.walk(), []);
    assert.equal(JSON.stringify([[...world.recorded.facts], [...world.recorded.secrets]]), before);
    assert.equal([...world.hosts.values()].flatMap((host) => host.done).length, done);
  });

  it('issues anew for the same key when 30 days or less are left, and brings it into use', async () => {
    world = await World.open();
    // First issued long ago, so that everything is valid by the real clock, which the handshake goes by.
    world.now = new Date(Date.now() - 369 * 86_400_000);
    await world.walk();
    const [first, key] = [world.record('registry'), world.recorded.secrets.get('tls/registry/key')];
    world.now = new Date(Date.parse(first.notAfter) - 31 * 86_400_000);
    assert.deepEqual(await world.walk(), []);
    world.now = new Date(Date.parse(first.notAfter) - 29 * 86_400_000);
    assert.deepEqual(await world.walk(), [
      'certificates/issue/registry',
      'certificates/files/registry',
      'certificates/reload/registry',
      'certificates/issue/api',
    ]);
    assert.notEqual(world.record('registry').serial, first.serial);
    assert.equal(world.recorded.secrets.get('tls/registry/key'), key);
    assertConsistent();
    assert.ok(world.recorded.findings.every(({ status }) => status === 'passed'));
  });

  it('issues anew when the names change, and rewrites a file that was changed on the host', async () => {
    world = await World.open();
    await world.walk();
    const { files } = world.state('app-01');
    files.set('/etc/sitewright/ca.crt', { ...files.get('/etc/sitewright/ca.crt')!, content: Buffer.from('changed') });
    world.site.registry!.names.push('other.site.internal');
    const applied = await world.walk();
    assert.deepEqual(applied, [
      'certificates/trust/app-01',
      'certificates/issue/registry',
      'certificates/files/registry',
      'certificates/reload/registry',
    ]);
    assert.deepEqual(world.record('registry').names, ['other.site.internal', 'registry.site.internal']);
  });

  it('ends in the same state after a kill before any change', async () => {
    for (let kill = 0; ; kill += 1) {
      world = await World.open();
      let left = kill;
      let killed = '';
      world.beforeChange = (what) => {
        left -= 1;
        if (left >= 0 || killed !== '') return;
        killed = what;
        throw new Error('killed');
      };
      await world.walk().catch((error: Error) => assert.equal(error.message, 'killed'));
      if (killed === '') break;
      await world.walk();
      assertConsistent();
      assert.ok(
        world.recorded.findings.every(({ status }) => status === 'passed'),
        `after a kill before ${killed}`,
      );
      assert.deepEqual(await world.walk(), [], `after a kill before ${killed}`);
      for (const host of ['app-01', 'app-02', 'data-01']) {
        assert.ok(
          world.state(host).done.some((line) => line.startsWith('trust-ca.sh')),
          `trust store of ${host} after a kill before ${killed}`,
        );
      }
      await world.close();
    }
  });

  it('warns where the trust store of a host is not known', async () => {
    world = await World.open();
    world.trustCode = 3;
    await world.walk();
    const trust = world.recorded.findings.filter(({ check }) => check === 'certificates.trust-store');
    assert.deepEqual(
      trust.map(({ status, mustPass }) => [status, mustPass]),
      Array.from({ length: 3 }, () => ['warning', false]),
    );
    world.trustCode = 1;
    world.recorded.facts.delete('app-01/trust-store');
    await assert.rejects(world.walk(), (error: unknown) => (error as { code: string }).code === 'ssh-command-failed');
  });

  it('fails the proof, without throwing, when another certificate is served', async () => {
    world = await World.open();
    await world.walk();
    // Trusted and for the right name, but not the one that was issued last: the service has missed the reload.
    const served = world.record('registry');
    world.recorded.facts.set('registry/certificate', { ...(world.record('api') as unknown as Record<string, Json>) });
    const prove = certificatesStage.plan({ site: world.site, release }).find(({ kind }) => kind === 'prove')!;
    await certificatesStage.steps.prove!.verify!(world.context, { ...(prove.input as object), patienceMs: 600 });
    const proof = world.recorded.findings.find(({ check }) => check === 'certificates.handshake')!;
    assert.deepEqual([proof.status, proof.mustPass], ['failed', true]);
    assert.match(say('en-US', proof.actual), /shows another certificate/);
    world.recorded.facts.set('registry/certificate', served as unknown as Json);
  });
});

describe('the plan of the certificates stage', () => {
  it('names every certificate, host and file, and is free of secrets and of anything that changes', () => {
    const input = { site: testSite(), release };
    const plan = certificatesStage.plan(input);
    assert.deepEqual(certificatesStage.plan(input), plan);
    assert.deepEqual(
      plan.map(({ id }) => id),
      [
        'certificates/authority/site',
        'certificates/trust/app-01',
        'certificates/trust/app-02',
        'certificates/trust/data-01',
        'certificates/issue/registry',
        'certificates/files/registry',
        'certificates/containerd/app-01',
        'certificates/containerd/app-02',
        'certificates/reload/registry',
        'certificates/prove/registry',
        'certificates/issue/database',
        'certificates/files/database',
        'certificates/reload/database',
        'certificates/prove/database',
        'certificates/issue/api',
      ],
    );
    const known = new Set<string>();
    for (const step of plan) {
      assert.ok(
        step.needs.every((need) => known.has(need)),
        step.id,
      );
      assert.ok(step.kind in certificatesStage.steps);
      for (const effect of step.effects)
        for (const locale of ['zh-CN', 'en-US'] as const) assert.doesNotMatch(say(locale, effect), /[{}]/);
      known.add(step.id);
    }
    assert.doesNotMatch(JSON.stringify(plan), /PRIVATE|password/i);
    const database = plan.find(({ id }) => id === 'certificates/files/database')!;
    assert.deepEqual(
      (database.input as { files: { path: string; mode: number }[] }).files.map(({ path, mode }) => [path, mode]),
      [
        ['/etc/sitewright/postgresql/server.key', 0o640],
        ['/etc/sitewright/postgresql/server.crt', 0o644],
      ],
    );
  });

  it('plans no certificate for a registry without TLS', () => {
    const base = testSite();
    const site = { ...base, registry: { ...base.registry!, url: 'http://127.0.0.1:5000' } };
    assert.ok(certificatesStage.plan({ site, release }).every(({ target }) => target !== 'registry'));
  });
});
