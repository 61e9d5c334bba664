import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { condition, energySetting, type Setting, until } from './parts.ts';

const jobs = '/apis/batch/v1/namespaces/energy/jobs';
const pods = '/api/v1/namespaces/energy/pods';

let site: Setting;
let image = '';
before(async () => {
  ({ site, image } = await energySetting());
});
after(() => site.stop());

const job = (name: string, code: string, spec: object = {}): object => ({
  apiVersion: 'batch/v1',
  kind: 'Job',
  metadata: { name },
  spec: {
    ...spec,
    template: {
      spec: {
        restartPolicy: 'Never',
        imagePullSecrets: [{ name: 'pull' }],
        containers: [{ name: 'work', image, args: ['-e', code] }],
      },
    },
  },
});

test('a job is complete', async () => {
  const made = await site.apply(`${jobs}/good`, job('good', 'console.log("done")', { completions: 2 }));
  assert.equal(made.status, 201, made.text);
  const done = await until('it is complete', async () => {
    const { body } = await site.call('GET', `${jobs}/good`);
    return condition(body, 'Complete')?.status === 'True' ? body : undefined;
  });
  assert.equal(done.status.succeeded, 2);
  const [pod] = (await site.call('GET', `${pods}?labelSelector=job-name%3Dgood`)).body.items;
  assert.equal((await site.call('GET', `${pods}/${pod.metadata.name}/log`)).text, 'done\n');
  const same = await site.apply(`${jobs}/good`, job('good', 'console.log("done")', { completions: 2 }));
  assert.equal(same.body.metadata.resourceVersion, done.metadata.resourceVersion);
  const other = await site.apply(`${jobs}/good`, job('good', 'other', { completions: 2 }));
  assert.equal(other.status, 422);
});

test('a job has failed', async () => {
  await site.apply(`${jobs}/bad`, job('bad', 'process.exit(1)', { backoffLimit: 1 }));
  const failed = await until('it has failed', async () => {
    const { body } = await site.call('GET', `${jobs}/bad`);
    return condition(body, 'Failed')?.status === 'True' ? body : undefined;
  });
  assert.equal(condition(failed, 'Failed').reason, 'BackoffLimitExceeded');
  assert.equal(failed.status.failed, 2);
  await site.call('DELETE', `${jobs}/bad?propagationPolicy=Background`);
  await until(
    'its pods are gone',
    async () => (await site.call('GET', `${pods}?labelSelector=job-name%3Dbad`)).body.items.length === 0,
  );
});
