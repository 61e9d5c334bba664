import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffObject, diffText } from '../../../electron/engine/deploy/diff.ts';
import { lintObjects } from '../../../electron/engine/deploy/lint.ts';
import { groupObjects, removalOrder } from '../../../electron/engine/deploy/order.ts';
import { quantityOf } from '../../../electron/engine/deploy/quantity.ts';
import type { KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';

const object = (fields: object, kind = 'Deployment'): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'n' },
  ...fields,
});

test('only fields of the manifest count, unless both sides come from the server', () => {
  const cases: readonly [string, object, object, boolean, readonly string[]][] = [
    ['same', { spec: { a: 1 } }, { spec: { a: 1, b: 2 }, status: { x: 1 } }, false, []],
    ['changed', { spec: { a: 1 } }, { spec: { a: 2 } }, false, ['spec.a 2 -> 1']],
    ['added', { spec: { a: 1 } }, { spec: {} }, false, ['spec.a (none) -> 1']],
    ['gone', { spec: {} }, { spec: { b: 2 } }, true, ['spec.b 2 -> (none)']],
    ['empty is absent', { spec: { env: [], note: '', map: {} } }, { spec: {} }, false, []],
    [
      'item by name',
      { list: [{ name: 'b', v: 1 }] },
      {
        list: [
          { name: 'a', v: 9 },
          { name: 'b', v: 2 },
        ],
      },
      false,
      ['list[name=b].v 2 -> 1'],
    ],
    ['item by place', { list: ['a'] }, { list: ['a', 'b'] }, false, ['list[1] b -> (none)']],
    [
      'quantity',
      { r: { limits: { cpu: '0.5', memory: '1Gi' } } },
      { r: { limits: { cpu: '500m', memory: '1024Mi' } } },
      false,
      [],
    ],
    ['not a quantity', { data: { a: '1000m' } }, { data: { a: '1' } }, false, ['data.a 1 -> 1000m']],
    [
      'bookkeeping',
      { metadata: { name: 'x', namespace: 'n', resourceVersion: '1' } },
      { metadata: { name: 'x', namespace: 'n', resourceVersion: '2' } },
      true,
      [],
    ],
    ['dotted key', { data: { 'a.yaml': 'x' } }, { data: { 'a.yaml': 'y' } }, false, ['data["a.yaml"] y -> x']],
  ];
  for (const [name, desired, live, complete, expected] of cases) {
    const { changes, state } = diffObject(object(desired), object(live), { complete });
    assert.deepEqual(
      changes.map(({ path, from, to }) => `${path} ${from ?? '(none)'} -> ${to ?? '(none)'}`),
      expected,
      name,
    );
    assert.equal(state, expected.length === 0 ? 'unchanged' : 'changed', name);
  }
  assert.equal(diffObject(object({}), undefined).state, 'created');
});

test('a changed Secret shows its field and never a value', () => {
  const difference = diffObject(
    object({ data: { password: 'bmV3' } }, 'Secret'),
    object({ data: { password: 'b2xk' } }, 'Secret'),
  );
  const words = diffText([difference]);
  assert.match(words, /~ Secret n\/x\n {4}data\.password: \(hidden\) -> \(hidden\)/);
  assert.ok(!/bmV3|b2xk/.test(JSON.stringify(difference)));
});

test('objects are applied in groups and removed the other way round', () => {
  const kinds = [
    'Deployment',
    'ValidatingWebhookConfiguration',
    'Service',
    'Secret',
    'Role',
    'Namespace',
    'Widget',
    'ConfigMap',
    'ServiceAccount',
    'PersistentVolumeClaim',
  ];
  const groups = groupObjects(kinds.map((kind) => object({}, kind))).map(({ group, objects }) => [
    group,
    objects.map(({ kind }) => kind),
  ]);
  assert.deepEqual(groups, [
    ['foundations', ['Namespace']],
    ['configuration', ['ConfigMap', 'Secret']],
    ['accounts', ['ServiceAccount', 'Role']],
    ['workloads', ['PersistentVolumeClaim', 'Service', 'Deployment', 'Widget', 'ValidatingWebhookConfiguration']],
  ]);
  assert.equal(removalOrder(kinds.map((kind) => object({}, kind)))[0]?.kind, 'ValidatingWebhookConfiguration');
});

test('quantities', () => {
  for (const [words, amount] of [
    ['500m', 0.5],
    ['1Gi', 2 ** 30],
    ['2', 2],
    ['1e3', 1000],
    ['1.5k', 1500],
  ] as const)
    assert.equal(quantityOf(words), amount);
  assert.equal(quantityOf('1x'), undefined);
});

test('lint names what a container lacks', () => {
  const full = {
    name: 'full',
    readinessProbe: { httpGet: {} },
    resources: { requests: { cpu: '1', memory: '1' }, limits: { memory: '1' } },
    lifecycle: { preStop: { sleep: { seconds: 5 } } },
  };
  const workload = object({
    spec: { template: { spec: { containers: [full, { name: 'bare', resources: { requests: { cpu: '1' } } }] } } },
  });
  assert.deepEqual(
    lintObjects([workload, object({ spec: {} }, 'Service')]).map(({ rule, container }) => `${container} ${rule}`),
    ['bare readiness-probe', 'bare requests', 'bare limits', 'bare pre-stop'],
  );
});
