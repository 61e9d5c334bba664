import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ErrorCode, SitewrightError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { parametersOf } from '../../../electron/engine/deploy/parameters.ts';
import { fillDeferred } from '../../../electron/engine/deploy/placeholders.ts';
import { renderDocuments } from '../../../electron/engine/deploy/render.ts';
import type { KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';
import { at } from '../../../electron/engine/drivers/kubernetes/json.ts';
import { testSite } from '../../kit/context.ts';
import { apiDigest, deploymentManifest, testRelease } from './release.ts';

function render(
  documents: string | readonly object[],
  parameters: Record<string, string | number | boolean> = {},
): readonly KubernetesObject[] {
  const release = testRelease({ 'manifests/a.yaml': documents });
  return renderDocuments({ site: testSite({ parameters }), release, paths: ['manifests/a.yaml'] });
}

function configMap(data: object): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data };
}

function refused(work: () => unknown, code: ErrorCode, words: RegExp): void {
  assert.throws(work, (error) => {
    assert.ok(error instanceof SitewrightError, String(error));
    assert.equal(error.code, code);
    assert.match(say('en-US', error.view().message), words);
    return true;
  });
}

test('placeholders take the values of site and release', () => {
  const cases: readonly [string, unknown][] = [
    ['${parameter.replicas}', 3],
    ['${parameter.metrics}', true],
    ['n=${parameter.replicas}', 'n=3'],
    ['${parameter.level}', 'info'],
    ['${database.address}:${database.port}', '127.0.0.1:5432'],
    ['${database.port}', 5432],
    ['${database.name}/${database.owner}', 'energy/energy_app'],
    ['${registry.host}', '127.0.0.1:5000'],
    ['${release.version}', '4.2.0'],
    ['${authority}', '${authority}'],
    ['$(VAR) $HOME $${x}', '$(VAR) $HOME $${x}'],
  ];
  for (const [words, expected] of cases) {
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'w' }, spec: { value: words } };
    const [object, settings] = render([widget, configMap({ value: words })], { replicas: 3 }).toReversed();
    assert.deepEqual(at(object, 'spec', 'value'), expected, words);
    assert.deepEqual(at(settings, 'data', 'value'), String(expected), 'entries of a ConfigMap are text');
  }
});

test('a value can neither change the structure nor become a secret', () => {
  const title = 'a: b\n- ${secret.database-owner}';
  const [object] = render([configMap({ value: '${parameter.title}', '${parameter.title}': 'key' })], { title });
  assert.deepEqual(Object.keys(at(object, 'data') as object), ['value', '${parameter.title}']);
  assert.equal(
    fillDeferred(at(object, 'data', 'value'), () => 'SECRET'),
    title,
  );
});

test('a variable of a container stays text', () => {
  const env = [{ name: 'PGPORT', value: '${database.port}' }];
  const [deployment] = render([deploymentManifest({ container: { env } })]);
  const spec = at(deployment, 'spec', 'template', 'spec') as { containers: { env: unknown[] }[] };
  assert.deepEqual(spec.containers[0]?.env, [{ name: 'PGPORT', value: '5432' }]);
});

test('mistakes in manifests are named with file and path', () => {
  const unknown = configMap({ value: '${paramter.replicas}' });
  refused(() => render([unknown]), 'release-invalid', /manifests\/a\.yaml.*\$\{paramter\.replicas\} at data\.value/);
  refused(() => render([configMap({ value: '${parameter.absent}' })]), 'release-invalid', /parameter\.absent/);
  refused(
    () => render([configMap({ value: '${secret.database-owner}' })]),
    'release-invalid',
    /data\.value.*stringData/,
  );
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'x', labels: { a: '${secret.x}' } },
    stringData: {},
  };
  refused(() => render([secret]), 'release-invalid', /metadata\.labels\.a/);
  refused(() => render('a: [1'), 'release-invalid', /manifests\/a\.yaml/);
  refused(() => render('kind: X'), 'release-invalid', /apiVersion/);
  refused(
    () => render([deploymentManifest({ container: { image: 'energy/other:1' } })]),
    'bundle-image-missing',
    /energy\/other:1/,
  );
});

test('objects get namespace, labels, images by digest and tolerations, in the order of their groups', () => {
  const objects = render([
    deploymentManifest({ pod: { initContainers: [{ name: 'wait', image: 'energy/api:4.2.0' }] } }),
    { apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: '${secret.database-owner}' } },
    { apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', metadata: { name: 'local' }, provisioner: 'x' },
    { apiVersion: 'v1', kind: 'List', items: [configMap({ a: 'b' })] },
  ]);
  assert.deepEqual(
    objects.map(({ kind }) => kind),
    ['StorageClass', 'ConfigMap', 'Secret', 'Deployment'],
  );
  const [storage, , secret, deployment] = objects;
  assert.equal(storage?.metadata.namespace, undefined);
  assert.equal(deployment?.metadata.namespace, 'energy');
  assert.equal(at(secret, 'stringData', 'password'), '${secret.database-owner}');
  assert.equal(at(deployment, 'spec', 'replicas'), 2);
  assert.deepEqual(deployment?.metadata.labels, {
    'app.kubernetes.io/part-of': 'energy-platform',
    'sitewright.io/release': '4.2.0',
  });
  assert.deepEqual(at(deployment, 'spec', 'template', 'metadata', 'labels'), {
    app: 'energy-api',
    'app.kubernetes.io/part-of': 'energy-platform',
  });
  const spec = at(deployment, 'spec', 'template', 'spec') as {
    containers: { image: string }[];
    initContainers: { image: string }[];
    tolerations: { tolerationSeconds: number }[];
  };
  assert.equal(spec.containers[0]?.image, `127.0.0.1:5000/site/energy/api@${apiDigest}`);
  assert.equal(spec.initContainers[0]?.image, spec.containers[0]?.image);
  assert.deepEqual(
    spec.tolerations.map(({ tolerationSeconds }) => tolerationSeconds),
    [20, 20],
  );
});

test('a manifest that speaks of lost nodes keeps its own tolerations', () => {
  const own = [
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoExecute', tolerationSeconds: 300 },
  ];
  const [deployment] = render([deploymentManifest({ pod: { tolerations: own } })]);
  const tolerations = at(deployment, 'spec', 'template', 'spec', 'tolerations') as {
    key: string;
    tolerationSeconds: number;
  }[];
  assert.deepEqual(
    tolerations.map(({ key, tolerationSeconds }) => [key, tolerationSeconds]),
    [
      ['node.kubernetes.io/not-ready', 300],
      ['node.kubernetes.io/unreachable', 20],
    ],
  );
  const [every] = render([deploymentManifest({ pod: { tolerations: [{ operator: 'Exists' }] } })]);
  assert.equal((at(every, 'spec', 'template', 'spec', 'tolerations') as unknown[]).length, 1);
});

test('parameters: defaults, and every wrong field named in both languages', () => {
  const release = testRelease({});
  assert.deepEqual(parametersOf(testSite(), release), { replicas: 2, level: 'info', title: 'plain', metrics: true });
  const site = testSite({ parameters: { replicas: 0, level: 'loud', extra: 1 } });
  assert.throws(
    () => parametersOf(site, release),
    (error) => {
      assert.ok(error instanceof SitewrightError);
      assert.equal(error.code, 'parameters-invalid');
      const english = say('en-US', error.view().message);
      for (const part of ['replicas must be at least 1', 'level must be one of info, debug', 'extra is not known'])
        assert.ok(english.includes(part), english);
      assert.match(say('zh-CN', error.view().message), /replicas：不得小于 1/);
      return true;
    },
  );
});

test('of a site without a registry pods name the images on the nodes, pull nothing and need no account', () => {
  const { registry: _, ...site } = testSite();
  const release = testRelease({
    'manifests/a.yaml': [
      deploymentManifest({
        container: { imagePullPolicy: 'Always' },
        pod: { imagePullSecrets: [{ name: 'sitewright-registry' }] },
      }),
    ],
  });
  const [deployment] = renderDocuments({ site, release, paths: ['manifests/a.yaml'] });
  const spec = at(deployment, 'spec', 'template', 'spec') as {
    containers: { image: string; imagePullPolicy: string }[];
  };
  assert.equal(spec.containers[0]?.image, `images.sitewright.invalid/energy/api@${apiDigest}`);
  assert.deepEqual([...new Set(spec.containers.map(({ imagePullPolicy }) => imagePullPolicy))], ['Never']);
  assert.ok(!('imagePullSecrets' in spec));
});
