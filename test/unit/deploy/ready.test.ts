import assert from 'node:assert/strict';
import { test } from 'node:test';
import { say } from '../../../electron/contract/text.ts';
import { judge, type Surroundings } from '../../../electron/engine/deploy/ready.ts';
import type { KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';

const now = new Date('2026-01-01T00:01:00Z');
const ago = (seconds: number): string => new Date(now.getTime() - seconds * 1000).toISOString();
const image = 'r/energy/api@sha256:aa';
const template = { metadata: { annotations: { v: '2' } }, spec: { containers: [{ name: 'api', image }] } };

type Fields = { readonly [field: string]: unknown };
const make = (kind: string, spec: Fields, status: Fields, metadata: Fields = {}): KubernetesObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name: 'x', namespace: 'n', generation: 2, ...metadata },
  spec,
  status,
});
const deployment = (status: Fields, replicas = 2): KubernetesObject =>
  make('Deployment', { replicas, template }, { observedGeneration: 2, ...status });
const pod = (
  status: Fields,
  change: { readonly image?: string; readonly annotations?: Record<string, string> } = {},
): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'x-1', namespace: 'n', annotations: change.annotations ?? { v: '2' }, creationTimestamp: ago(30) },
  spec: { containers: [{ name: 'api', image: change.image ?? image }] },
  status: { phase: 'Pending', ...status },
});
const container = (state: Fields, more: Fields = {}): Fields => ({
  containerStatuses: [{ name: 'api', image, ready: false, restartCount: 0, state, ...more }],
});
const waitingFor = (reason: string, message = ''): Fields => ({ waiting: { reason, message } });
const unscheduled = (seconds: number, message = 'Insufficient cpu'): Fields => ({
  conditions: [
    { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message, lastTransitionTime: ago(seconds) },
  ],
});
const crash = (restartCount: number): Fields =>
  container(waitingFor('CrashLoopBackOff'), { restartCount, lastState: { terminated: { exitCode: 3 } } });
const half = { replicas: 2, updatedReplicas: 2, availableReplicas: 1 };
const refusal = (message: string): Fields => ({ conditions: [{ type: 'ReplicaFailure', status: 'True', message }] });

const cases: readonly [
  string,
  KubernetesObject | undefined,
  Partial<Surroundings>,
  'ready' | 'waiting' | 'failed',
  RegExp,
][] = [
  ['absent', undefined, {}, 'waiting', /not there/],
  ['being deleted', make('ConfigMap', {}, {}, { deletionTimestamp: ago(1) }), {}, 'waiting', /deleted/],
  ['any kind', make('ConfigMap', {}, {}), {}, 'ready', /is there/],
  [
    'deployment not observed',
    make(
      'Deployment',
      { replicas: 1, template },
      { observedGeneration: 1, replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    ),
    {},
    'waiting',
    /taken up/,
  ],
  ['deployment without status', make('Deployment', { replicas: 0, template }, {}), {}, 'waiting', /taken up/],
  [
    'deployment ready',
    deployment({ replicas: 2, updatedReplicas: 2, availableReplicas: 2 }),
    {},
    'ready',
    /2 available/,
  ],
  ['deployment of none', deployment({}, 0), {}, 'ready', /0 available/],
  [
    'deployment updating',
    deployment({ replicas: 3, updatedReplicas: 1, availableReplicas: 2 }),
    {},
    'waiting',
    /1 of 2 pods updated/,
  ],
  [
    'deployment with old pods',
    deployment({ replicas: 3, updatedReplicas: 2, availableReplicas: 3 }),
    {},
    'waiting',
    /1 old pod/,
  ],
  [
    'deployment starting',
    deployment(half),
    { pods: [pod({})] },
    'waiting',
    /1 of 2 pods available; pod x-1 is starting/,
  ],
  [
    'deadline',
    deployment({
      ...half,
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message: 'm' }],
    }),
    {},
    'failed',
    /no progress/,
  ],
  ['quota', deployment(refusal('pods "x" is forbidden: exceeded quota: small')), {}, 'failed', /quota/],
  ['refused by admission', deployment(refusal('admission webhook denied the request')), {}, 'failed', /refuses/],
  [
    'image pull backed off',
    deployment(half),
    { pods: [pod(container(waitingFor('ImagePullBackOff', 'back-off')))] },
    'failed',
    /image .* cannot be pulled/,
  ],
  [
    'image unknown',
    deployment(half),
    { pods: [pod(container(waitingFor('ErrImagePull', 'manifest unknown')))] },
    'failed',
    /manifest unknown/,
  ],
  [
    'image for now',
    deployment(half),
    { pods: [pod(container(waitingFor('ErrImagePull', 'i/o timeout')))] },
    'waiting',
    /i\/o timeout/,
  ],
  ['crash once', deployment(half), { pods: [pod(crash(1))] }, 'waiting', /code 3/],
  [
    'crash loop',
    deployment(half),
    { pods: [pod(crash(2))] },
    'failed',
    /crashes again and again \(code 3, 2 restarts\)/,
  ],
  [
    'an older pod crashes (image)',
    deployment(half),
    { pods: [pod(crash(9), { image: 'old' })] },
    'waiting',
    /1 of 2 pods available/,
  ],
  [
    'an older pod crashes (configuration)',
    deployment(half),
    { pods: [pod(crash(9), { annotations: { v: '1' } })] },
    'waiting',
    /1 of 2/,
  ],
  ['unschedulable at first', deployment(half), { pods: [pod(unscheduled(5))] }, 'waiting', /Insufficient cpu/],
  ['unschedulable for long', deployment(half), { pods: [pod(unscheduled(16))] }, 'failed', /Insufficient cpu/],
  [
    'volume not bound yet',
    deployment(half),
    { pods: [pod(unscheduled(30, 'unbound PersistentVolumeClaims'))] },
    'waiting',
    /unbound/,
  ],
  [
    'missing Secret',
    deployment(half),
    { pods: [pod(container(waitingFor('CreateContainerConfigError', 'secret "s" not found')))] },
    'failed',
    /secret "s" not found/,
  ],
  [
    'probe failing',
    deployment(half),
    {
      pods: [pod({ phase: 'Running', ...container({ running: {} }) })],
      events: new Map([['x-1', 'Readiness probe failed: 503']]),
    },
    'waiting',
    /503/,
  ],
  [
    'volume missing',
    deployment(half),
    { pods: [pod({})], events: new Map([['x-1', 'secret "tls" not found']]) },
    'waiting',
    /starting: secret "tls"/,
  ],
  [
    'stateful ready',
    make(
      'StatefulSet',
      { replicas: 2, template },
      { observedGeneration: 2, readyReplicas: 2, updatedReplicas: 2, currentRevision: 'a', updateRevision: 'a' },
    ),
    {},
    'ready',
    /2/,
  ],
  [
    'stateful rolling',
    make(
      'StatefulSet',
      { replicas: 2, template },
      { observedGeneration: 2, readyReplicas: 2, updatedReplicas: 1, currentRevision: 'a', updateRevision: 'b' },
    ),
    {},
    'waiting',
    /1 of 2 pods updated/,
  ],
  [
    'daemon ready',
    make(
      'DaemonSet',
      { template },
      { observedGeneration: 2, desiredNumberScheduled: 3, numberAvailable: 3, updatedNumberScheduled: 3 },
    ),
    {},
    'ready',
    /3/,
  ],
  [
    'daemon starting',
    make(
      'DaemonSet',
      { template },
      { observedGeneration: 2, desiredNumberScheduled: 3, numberAvailable: 2, updatedNumberScheduled: 3 },
    ),
    {},
    'waiting',
    /2 of 3/,
  ],
  ['job complete', make('Job', {}, { conditions: [{ type: 'Complete', status: 'True' }] }), {}, 'ready', /completed/],
  [
    'job failed',
    make('Job', {}, { conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded' }] }),
    {},
    'failed',
    /BackoffLimitExceeded/,
  ],
  ['job running', make('Job', {}, { active: 1, failed: 1 }), {}, 'waiting', /1 pod\(s\) running, 1 failed/],
  [
    'job without image',
    make('Job', {}, { active: 1 }),
    { pods: [pod(container(waitingFor('ImagePullBackOff')))] },
    'failed',
    /cannot be pulled/,
  ],
  [
    'pod failed',
    pod({ phase: 'Failed', reason: 'Evicted', message: 'low on disk' }),
    {},
    'failed',
    /Evicted: low on disk/,
  ],
  ['pod done', pod({ phase: 'Succeeded' }), {}, 'ready', /completed/],
  ['claim bound', make('PersistentVolumeClaim', {}, { phase: 'Bound' }), {}, 'ready', /./],
  [
    'claim waits for its pod',
    make('PersistentVolumeClaim', {}, { phase: 'Pending' }),
    { bindingMode: 'WaitForFirstConsumer' },
    'ready',
    /first pod/,
  ],
  [
    'claim pending',
    make('PersistentVolumeClaim', {}, { phase: 'Pending' }),
    { bindingMode: 'Immediate' },
    'waiting',
    /no volume/,
  ],
  ['claim lost', make('PersistentVolumeClaim', {}, { phase: 'Lost' }), {}, 'failed', /lost/],
  ['service', make('Service', { type: 'NodePort' }, {}), {}, 'ready', /./],
  [
    'balancer without address',
    make('Service', { type: 'LoadBalancer' }, { loadBalancer: {} }),
    {},
    'waiting',
    /address/,
  ],
  [
    'definition',
    make('CustomResourceDefinition', {}, { conditions: [{ type: 'Established', status: 'True' }] }),
    {},
    'ready',
    /./,
  ],
  [
    'definition with taken names',
    make(
      'CustomResourceDefinition',
      {},
      { conditions: [{ type: 'NamesAccepted', status: 'False', message: 'taken' }] },
    ),
    {},
    'failed',
    /taken/,
  ],
];

for (const [name, object, around, state, words] of cases) {
  test(`judged: ${name}`, () => {
    const judgement = judge(object, { now, ...around });
    const said = say('en-US', judgement.reason);
    assert.equal(judgement.state, state, said);
    assert.match(said, words);
    assert.ok(!/[{}]/.test(said + say('zh-CN', judgement.reason)), 'every place of the text is filled');
  });
}
