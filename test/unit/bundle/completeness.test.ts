import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { buildBundle } from '../../../electron/engine/bundle/build.ts';
import { copySample, refusalOf } from './sample-copy.ts';

const signingKey = generateKeyPairSync('ed25519').privateKey;
let sample: Awaited<ReturnType<typeof copySample>>;
before(async () => {
  sample = await copySample();
});
after(() => sample.remove());

const refusal = (path: string, edit: (content: string) => string) => refusalOf(sample, path, edit);

test('an image that a manifest names and the release lacks is found, wherever it stands', async () => {
  const deployment = 'manifests/api-deployment.yaml';
  const init = await refusal(deployment, (content) =>
    content.replace(
      '      containers:\n',
      '      initContainers:\n        - { name: wait, image: busybox:1.36 }\n      containers:\n',
    ),
  );
  assert.equal(init.code, 'bundle-image-missing');
  assert.equal(init.image, 'busybox:1.36');
  assert.match(init.where, /^manifests\/api-deployment\.yaml:\d+:\d+$/);
  const cron = await refusal(
    'jobs/daily-summaries.yaml',
    (content) =>
      `${content}---\napiVersion: batch/v1\nkind: CronJob\nmetadata: { name: nightly }\nspec:\n  jobTemplate: { spec: { template: { spec: { containers: [{ name: a, image: 'energy/jobs:4.1.0' }] } } } }\n`,
  );
  assert.equal(cron.image, 'energy/jobs:4.1.0');
  const custom = await refusal(
    'monitoring/rules.yaml',
    (content) =>
      `${content}---\napiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata: { name: p }\nspec: { image: 'prom/prometheus:v3' }\n`,
  );
  assert.equal(custom.image, 'prom/prometheus:v3');
});

test('images that operators start, and the pause image, have to be inside as well', async () => {
  const deployment = 'manifests/api-deployment.yaml';
  const container = (lines: string) => (content: string) =>
    content.replace(
      '      containers:\n',
      `      containers:\n        - { name: operator, image: 'energy/api:4.2.0', ${lines} }\n`,
    );
  const joined = await refusal(
    deployment,
    container("args: ['--log=info', '--reloader-image=${registry.host}/prom/reloader:v1']"),
  );
  assert.deepEqual([joined.code, joined.image], ['bundle-image-missing', 'prom/reloader:v1']);
  assert.match(joined.where, /^manifests\/api-deployment\.yaml:\d+:\d+$/);
  const apart = await refusal(deployment, container("command: [run, --sidecar-image, 'mesh/proxy:1.2']"));
  assert.equal(apart.image, 'mesh/proxy:1.2');
  const setting = await refusal(
    deployment,
    container("env: [{ name: RELATED_IMAGE_AGENT, value: 'agent@sha256:" + '0'.repeat(64) + "' }]"),
  );
  assert.equal(setting.image, `agent@sha256:${'0'.repeat(64)}`);
  const declared = await refusal('release.yaml', (content) =>
    content.replace('parameters:', "operatorImages: ['prom/agent:2']\nparameters:"),
  );
  assert.deepEqual([declared.code, declared.image], ['bundle-image-missing', 'prom/agent:2']);
  const pause = await refusal('release.yaml', (content) =>
    content.replace('parameters:', 'pauseImage: pause:3.10\nparameters:'),
  );
  assert.deepEqual([pause.image, /^release\.yaml:\d+:\d+$/.test(pause.where)], ['pause:3.10', true]);
  // What is inside, and what only looks alike, does not stop a build.
  const file = join(sample.folder, deployment);
  const original = await readFile(file, 'utf8');
  await writeFile(
    file,
    container("args: ['--worker-image=energy/jobs:4.2.0', '--image-pull-policy=Always', '--listen=0.0.0.0:80']")(
      original,
    ),
  );
  try {
    await buildBundle({ source: sample.folder, out: join(sample.root, 'operator'), signingKey });
  } finally {
    await writeFile(file, original);
  }
});
