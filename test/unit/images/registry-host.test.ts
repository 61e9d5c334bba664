import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parse } from 'yaml';
import { registryEndpointSchema, type Site } from '../../../electron/contract/site.ts';
import { locales, say } from '../../../electron/contract/text.ts';
import type { Release } from '../../../electron/engine/bundle/release.ts';
import { accountLine, holdsAccount } from '../../../electron/engine/images/registry-host/account.ts';
import {
  registryConfig,
  registryHostOf,
  registryUnit,
} from '../../../electron/engine/images/registry-host/settings.ts';
import { isPortTaken, isUpToDate, parseRegistryHost } from '../../../electron/engine/images/registry-host/state.ts';
import { planCertificates } from '../../../electron/engine/stages/certificates/plan.ts';
import { planDependencies } from '../../../electron/engine/stages/dependencies/plan.ts';
import { planImages } from '../../../electron/engine/stages/images/plan.ts';
import { judgeSite } from '../../../electron/engine/stages/inventory/consistency.ts';
import { testSite } from '../../kit/context.ts';

const own = testSite();
const site: Site = { ...own, registry: { ...own.registry!, managed: { dataFolder: '/srv/images' } } };
const image = {
  reference: 'energy/api:4.2.0',
  repository: 'energy/api',
  tag: '4.2.0',
  digest: `sha256:${'a'.repeat(64)}`,
};
const file = {
  name: 'energy-platform',
  certificates: [],
  registry: {
    version: '3.1.2',
    licence: { id: 'Apache-2.0', file: 'l.txt' },
    programs: { amd64: 'programs/registry' },
  },
};
const release = { file, images: [image] } as unknown as Release;
const registry = registryHostOf(site)!;

describe('the plan of a site whose registry comes from the bundle', () => {
  it('starts it before the push, on its host, and says every effect in both languages', () => {
    const [start, path, push] = planImages({ site, release });
    assert.deepEqual([start?.id, start?.target, start?.mutates], ['images/registry/data-01', 'data-01', true]);
    assert.deepEqual([path?.needs, push?.needs], [['images/registry/data-01'], ['images/path/registry']]);
    const words = start!.effects.map((effect) => say('en-US', effect));
    for (const part of ['3.1.2', '/srv/images', 'config.yml', 'htpasswd', 'sitewright-registry.service', '5000'])
      assert.ok(
        words.some((line) => line.includes(part)),
        part,
      );
    for (const locale of locales) assert.ok(start!.effects.every((effect) => !/[{}]/.test(say(locale, effect))));
    assert.deepEqual(JSON.parse(JSON.stringify(start!.input)), start!.input);
  });

  it('is that of any other registry where the site has its own', () => {
    assert.deepEqual(
      planImages({ site: own, release }).map(({ kind }) => kind),
      ['path', 'push', 'prove'],
    );
    const kinds = (of: Site) => planCertificates({ site: of, release }).map(({ id }) => id);
    const served = ['certificates/reload/registry', 'certificates/prove/registry'];
    assert.deepEqual(
      kinds(own).filter((id) => !kinds(site).includes(id)),
      served,
    );
  });

  it('looks at the host instead of asking a registry that is not there', () => {
    const steps = planDependencies({ site, release });
    const looked = steps.find(({ kind }) => kind === 'registry-host');
    assert.deepEqual([looked?.target, looked?.mutates], ['data-01', false]);
    assert.ok(steps.every(({ kind }) => kind !== 'registry'));
    assert.ok(planDependencies({ site: own, release }).some(({ kind }) => kind === 'registry'));
  });

  it('wants no password that the walk makes itself', () => {
    const lacking = (of: Site) =>
      judgeSite(of, [], (entry) => entry !== 'registry').find(({ check }) => check === 'inventory.credentials')?.status;
    assert.deepEqual([lacking(own), lacking(site)], ['failed', 'passed']);
  });

  it('is refused for a bundle that brings none', () => {
    const bare = { ...release, file: { ...file, registry: undefined } } as unknown as Release;
    assert.throws(() => planImages({ site, release: bare }), { code: 'bundle-without-registry' });
    assert.equal(planImages({ site: own, release: bare }).length, 3);
  });
});

describe('the site', () => {
  const accepts = (change: object) => registryEndpointSchema.safeParse({ ...own.registry, ...change }).success;
  it('takes a registry that is started for an address of host and port over TLS only', () => {
    assert.equal(accepts({ managed: {} }), true);
    assert.equal(accepts({ managed: {}, url: 'http://127.0.0.1:5000' }), false);
    assert.equal(accepts({ managed: {}, url: 'https://127.0.0.1:5000/path' }), false);
    assert.equal(accepts({ url: 'http://127.0.0.1:5000' }), true);
  });

  it('takes a folder that cannot mean anything else in a unit or a shell', () => {
    assert.equal(accepts({ managed: { dataFolder: '/var/lib/registry-1' } }), true);
    for (const dataFolder of ['var', '/', '/var/../etc', '/var/li b', '/srv/$HOME', '/srv/%n', '/srv//x'])
      assert.equal(accepts({ managed: { dataFolder } }), false, dataFolder);
  });
});

describe('what stands on the host', () => {
  it('opens one port over TLS, lets images be deleted, and nothing else', () => {
    assert.deepEqual(parse(registryConfig(registry, 'signing')), {
      version: '0.1',
      log: { level: 'warn', formatter: 'text', accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: '/srv/images' }, delete: { enabled: true } },
      http: {
        addr: ':5000',
        secret: 'signing',
        tls: {
          certificate: '/etc/sitewright/registry/tls.crt',
          key: '/etc/sitewright/registry/tls.key',
          minimumtls: 'tls1.2',
        },
      },
      auth: { htpasswd: { realm: 'sitewright', path: '/etc/sitewright/registry/htpasswd' } },
    });
    const address = (listen: string, port = 5000) =>
      (parse(registryConfig({ ...registry, listen, port }, 's')) as { http: { addr: string } }).http.addr;
    assert.deepEqual([address('10.0.0.1'), address('fd00::1', 443)], ['10.0.0.1:5000', '[fd00::1]:443']);
  });

  it('has no power of root but a low port, and writes to its images only', () => {
    const lines = (port: number) => registryUnit({ ...registry, port }, 'ab'.repeat(32)).split('\n');
    assert.ok(lines(5000).includes('CapabilityBoundingSet='));
    assert.ok(lines(443).includes('CapabilityBoundingSet=CAP_NET_BIND_SERVICE'));
    assert.ok(lines(5000).includes('ReadWritePaths=/srv/images'));
    assert.ok(
      lines(5000).includes(
        `ExecStart=/opt/sitewright/registry/registry-${'ab'.repeat(32)} serve /etc/sitewright/registry/config.yml`,
      ),
    );
  });

  it('knows its account by bcrypt, as the registry and htpasswd do', async () => {
    const line = await accountLine('pusher', 'correct horse');
    assert.match(line, /^pusher:\$2y\$05\$[./A-Za-z0-9]{53}\n$/);
    assert.notEqual(await accountLine('pusher', 'correct horse'), line);
    assert.equal(await holdsAccount(line, 'pusher', 'correct horse'), true);
    assert.equal(await holdsAccount(line, 'pusher', 'another'), false);
    assert.equal(await holdsAccount(line, 'push', 'correct horse'), false);
    assert.equal(await holdsAccount(`${line}stranger:x\n`, 'pusher', 'correct horse'), false);
    // Made by the C library's crypt(), another implementation.
    const foreign = '$2y$05$abcdefghijklmnopqrstuuHNbAKRhpaujgo33bRWs.NLUTJO3lOy2';
    assert.equal(await holdsAccount(`pusher:${foreign}\n`, 'pusher', 'correct horse'), true);
  });
});

describe('what the host says', () => {
  const said = (change: Readonly<Record<string, string>> = {}) =>
    Object.entries({
      init: 'systemd',
      program: 'ab',
      part: '5',
      program_space: '/opt\n/dev/vda 100 40 60 40% /',
      data_space: '/srv\n/dev/vdb 100 40 2048 40% /srv',
      own: '12',
      holder: '12 registry-ab',
      inputs: 'cd',
      started: 'cd',
      blobs: `./aa:\n${'a'.repeat(64)}\n\n./bb:\n${'b'.repeat(64)}`,
      end: '',
      ...change,
    })
      .map(([head, lines]) => `== ${head}\n${lines}\n`)
      .join('');

  it('is read section by section', () => {
    const state = parseRegistryHost('data-01', said());
    assert.deepEqual([state.systemd, state.program, state.part, state.own], [true, 'ab', 5, 12]);
    assert.deepEqual(state.dataSpace, { folder: '/srv', free: 2048 * 1024 });
    assert.deepEqual([...state.blobs], [`sha256:${'a'.repeat(64)}`, `sha256:${'b'.repeat(64)}`]);
    assert.deepEqual([isUpToDate(state), isPortTaken(state)], [true, false]);
  });

  it('tells a stranger on the port from its own, and an old start from a new one', () => {
    const judged = (change: Readonly<Record<string, string>>) => {
      const state = parseRegistryHost('data-01', said(change));
      return [isUpToDate(state), isPortTaken(state)];
    };
    assert.deepEqual(judged({ inputs: 'ef' }), [false, false]);
    assert.deepEqual(judged({ own: '' }), [false, true]);
    assert.deepEqual(judged({ own: '', holder: '' }), [false, false]);
    assert.deepEqual(judged({ holder: '99 nginx' }), [false, true]);
    assert.deepEqual(judged({ holder: '? ?' }), [false, true]);
  });

  it('is not believed when it was cut', () => {
    const whole = said();
    assert.throws(() => parseRegistryHost('data-01', whole.slice(0, whole.indexOf('== end'))), {
      code: 'host-script-output',
    });
  });
});
