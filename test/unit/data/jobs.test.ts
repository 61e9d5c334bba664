import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { KubernetesClient, KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';
import { jobsStep } from '../../../electron/engine/stages/data/jobs-step.ts';
import { testContext } from '../../kit/context.ts';
import { testRelease } from './fixture.ts';

const job = (command: string) => `
apiVersion: batch/v1
kind: Job
metadata: { name: summaries }
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{ name: summaries, image: 'busybox:1', command: ['${command}'] }]
`;

/** A cluster that ends every Job as it is told, at once. */
function cluster(outcome: () => 'Complete' | 'Failed') {
  const objects = new Map<string, KubernetesObject>();
  const applied: string[] = [];
  const client: Partial<KubernetesClient> = {
    get: async ({ kind, name }) => objects.get(`${kind}/${name}`),
    now: () => new Date(),
    list: async () => [],
    remove: async ({ kind, name }) => void objects.delete(`${kind}/${name}`),
    // biome-ignore lint/correctness/useYield: nothing ever changes by itself here
    watch: async function* () {
      return;
    },
    apply: async (object, options) => {
      const conditions = [{ type: outcome(), status: 'True', message: 'said the cluster' }];
      const status = {
        conditions,
        startTime: '2026-01-01T00:00:00Z',
        completionTime: '2026-01-01T00:00:07Z',
        succeeded: 1,
      };
      const live = { ...object, status };
      if (options?.dryRun !== true) {
        applied.push(object.metadata.name);
        objects.set(`${object.kind}/${object.metadata.name}`, live);
      }
      return live;
    },
  };
  return { client: client as KubernetesClient, objects, applied };
}

function contextOf(client: KubernetesClient, command: string) {
  const { release, bundle } = testRelease({ database: 'jobs', migrations: { 'jobs/job.yaml': job(command) } });
  const images = [
    {
      reference: 'busybox:1',
      repository: 'busybox',
      tag: '1',
      digest: `sha256:${'0'.repeat(64)}`,
      mediaType: '',
      size: 1,
    },
  ];
  return testContext({
    release: { ...release, images },
    bundle,
    stage: 'data',
    drivers: { kubernetes: async () => client },
  });
}

const input = { paths: ['jobs/job.yaml'] };

test('a Job runs once; with another specification it runs anew', async () => {
  const { client, applied } = cluster(() => 'Complete');
  const { context, recorded } = contextOf(client, 'first');
  assert.deepEqual(await jobsStep.inspect?.(context, input), { satisfied: false });
  await jobsStep.apply?.(context, input);
  await jobsStep.verify?.(context, input);
  assert.deepEqual(
    recorded.findings.map(({ check, subject, status, durationMs }) => [check, subject, status, durationMs]),
    [['data.job', 'summaries', 'passed', 7000]],
  );
  assert.deepEqual(await jobsStep.inspect?.(context, input), { satisfied: true });
  const other = contextOf(client, 'second').context;
  assert.deepEqual(await jobsStep.inspect?.(other, input), { satisfied: false });
  await jobsStep.apply?.(other, input);
  assert.equal(applied.length, 2);
});

test('a failed Job makes room for a new one', async () => {
  let outcome: 'Complete' | 'Failed' = 'Failed';
  const { client } = cluster(() => outcome);
  const { context } = contextOf(client, 'first');
  await assert.rejects(Promise.resolve(jobsStep.apply?.(context, input)), { code: 'workload-failed' });
  outcome = 'Complete';
  assert.deepEqual(await jobsStep.inspect?.(context, input), { satisfied: false });
  await jobsStep.apply?.(context, input);
  assert.deepEqual(await jobsStep.inspect?.(context, input), { satisfied: true });
});
