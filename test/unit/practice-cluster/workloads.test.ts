import assert from 'node:assert/strict';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { condition, deployment, energySetting, type Loose, type Setting, serverProgram, until } from './parts.ts';

const deployments = '/apis/apps/v1/namespaces/energy/deployments';
const pods = '/api/v1/namespaces/energy/pods';
const secrets = '/api/v1/namespaces/energy/secrets';
const services = '/api/v1/namespaces/energy/services';

let site: Setting;
let image = '';

before(async () => {
  ({ site, image } = await energySetting());
});
after(() => site.stop());

const podsOf = async (app: string): Promise<Loose[]> =>
  (await site.call('GET', `${pods}?labelSelector=app%3D${app}`)).body.items;
const available = (name: string): Promise<Loose> =>
  until(`${name} is rolled out`, async () => {
    const { body } = await site.call('GET', `${deployments}/${name}`);
    const { status, metadata, spec } = body;
    const done =
      status?.observedGeneration === metadata.generation &&
      status.updatedReplicas === spec.replicas &&
      status.availableReplicas === spec.replicas &&
      status.replicas === spec.replicas;
    return done && condition(body, 'Available').status === 'True' ? body : undefined;
  });
const waiting = (app: string, wanted: RegExp): Promise<Loose> =>
  until(`${app} waits for ${wanted}`, async () => {
    const state = (await podsOf(app))[0]?.status?.containerStatuses?.[0]?.state.waiting;
    return state !== undefined && wanted.test(`${state.reason}: ${state.message}`) ? state : undefined;
  });

/** One plain HTTP request on a connection of its own. */
function ask(port: number, path = '/'): Promise<string> {
  return new Promise((resolve, reject) => {
    get({ host: '127.0.0.1', port, path, agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () =>
        response.statusCode === 200 ? resolve(text) : reject(new Error(`${response.statusCode}`)),
      );
    }).on('error', reject);
  });
}

async function expose(name: string): Promise<number> {
  const body = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { type: 'NodePort', selector: { app: name }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
  };
  const made = await site.apply(`${services}/${name}`, body);
  return made.body.spec.ports[0].nodePort;
}

test('a deployment becomes available and answers through its node port; files and variables arrive', async () => {
  await site.call('POST', '/api/v1/namespaces/energy/configmaps', {
    metadata: { name: 'settings' },
    data: { 'app.yaml': 'mode: practice\n', VERSION: 'one' },
  });
  const container = {
    env: [
      { name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } },
      { name: 'VERSION', valueFrom: { configMapKeyRef: { name: 'settings', key: 'VERSION' } } },
      { name: 'CONFIG_FILE', value: '/etc/app/app.yaml' },
    ],
    volumeMounts: [{ name: 'settings', mountPath: '/etc/app' }],
  };
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
  const made = await site.apply(
    `${deployments}/api`,
    deployment('api', image, container, { replicas: 2 }, { volumes }),
  );
  assert.equal(made.status, 201, made.text);
  const port = await expose('api');
  await available('api');
  const answers = await Promise.all([1, 2, 3, 4].map(async () => JSON.parse(await ask(port))));
  assert.equal(new Set(answers.map((answer) => answer.pod)).size, 2);
  assert.equal(answers[0].version, 'one');
  assert.equal(answers[0].greeting, 'hello');
  assert.equal(await ask(port, '/file'), 'mode: practice\n');
  const nodes = (await podsOf('api')).map((pod) => pod.spec.nodeName).sort();
  assert.deepEqual(nodes, ['app-01', 'app-02']);
  const [first] = await podsOf('api');
  const log = await site.call('GET', `${pods}/${first.metadata.name}/log?tailLines=1`);
  // The program sees what its container declares and PATH, nothing of the surrounding process.
  assert.equal(log.text, 'starting with CONFIG_FILE GREETING HOST HOSTNAME PATH POD PORT VERSION\n');
});

test('applying the same manifest again changes nothing', async () => {
  const before = (await available('api')).metadata;
  const live = (await site.call('GET', `${deployments}/api`)).body;
  const own = live.metadata.managedFields.find((entry: Loose) => entry.manager === 'sitewright');
  assert.ok(own.fieldsV1['f:spec']['f:template']);
  const container = live.spec.template.spec.containers[0];
  const { env, volumeMounts } = container;
  const volumes = [{ name: 'settings', configMap: { name: 'settings' } }];
  const again = await site.apply(
    `${deployments}/api`,
    deployment('api', image, { env, volumeMounts }, { replicas: 2 }, { volumes }),
  );
  assert.equal(again.body.metadata.generation, before.generation);
});

test('a killed process is replaced', async () => {
  const port = (await site.call('GET', `${services}/api`)).body.spec.ports[0].nodePort;
  const { pid, pod } = JSON.parse(await ask(port));
  process.kill(pid, 'SIGKILL');
  const status = await until('the container runs again', async () => {
    const { body } = await site.call('GET', `${pods}/${pod}`);
    const [container] = body.status.containerStatuses;
    return container.restartCount === 1 && container.ready ? container : undefined;
  });
  assert.equal(status.lastState.terminated.exitCode, 137);
  assert.equal(status.lastState.terminated.reason, 'Error');
});

describe('images that cannot be had', () => {
  test('an unknown digest', async () => {
    await site.apply(
      `${deployments}/absent`,
      deployment('absent', `${site.registry.host}/prefix/energy/api@sha256:${'0'.repeat(64)}`),
    );
    assert.match((await waiting('absent', /ErrImagePull/)).message, /not found$/);
    await waiting('absent', /ImagePullBackOff: Back-off pulling image/);
    const events = (await site.call('GET', '/api/v1/namespaces/energy/events')).body.items.map(
      (event: Loose) => event.reason,
    );
    for (const reason of ['Pulling', 'Failed', 'BackOff', 'Pulled', 'Scheduled'])
      assert.ok(events.includes(reason), reason);
  });
  test('content that is not what its digest says', async () => {
    const spoiled = await site.registry.image('energy/spoiled', '1', { 'app/server.js': '// spoiled' });
    site.registry.spoil(spoiled);
    await site.apply(
      `${deployments}/spoiled`,
      deployment('spoiled', `${site.registry.host}/energy/spoiled@${spoiled}`),
    );
    await waiting('spoiled', /unexpected commit digest/);
  });
  test('no pull secret', async () => {
    const other = await site.registry.image('energy/closed', '1', { 'app/server.js': '// closed' });
    await site.apply(
      `${deployments}/closed`,
      deployment('closed', `${site.registry.host}/energy/closed@${other}`, {}, {}, { imagePullSecrets: [] }),
    );
    assert.match((await waiting('closed', /ErrImagePull/)).message, /no basic auth credentials/);
  });
  test('a node that does not trust the registry, until it does', async () => {
    const fresh = await site.registry.image('energy/fresh', '1', { 'app/server.js': serverProgram });
    const file = join(site.roots[0] ?? '', 'etc', 'containerd', 'certs.d', site.registry.host, 'ca.crt');
    await rm(file);
    const selector = { nodeSelector: { 'kubernetes.io/hostname': 'app-01' } };
    await site.apply(
      `${deployments}/fresh`,
      deployment('fresh', `${site.registry.host}/energy/fresh@${fresh}`, {}, {}, selector),
    );
    await waiting('fresh', /ErrImagePull.*x509: certificate signed by unknown authority/);
    await writeFile(file, site.registry.authority);
    await available('fresh');
  });
  test('another program than node', async () => {
    await site.apply(`${deployments}/shell`, deployment('shell', image, { command: ['/bin/sh', '-c', 'true'] }));
    assert.match((await waiting('shell', /CreateContainerError/)).message, /only node entry points run/);
  });
  test('a secret that is missing', async () => {
    await site.apply(
      `${deployments}/unset`,
      deployment('unset', image, {
        env: [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'later', key: 'word' } } }],
      }),
    );
    assert.equal((await waiting('unset', /CreateContainerConfigError/)).message, 'secret "later" not found');
    for (const name of ['absent', 'spoiled', 'closed', 'fresh', 'shell', 'unset'])
      await site.call('DELETE', `${deployments}/${name}`);
    await until('their pods are gone', async () =>
      (await site.call('GET', pods)).body.items.every((pod: Loose) => pod.metadata.labels.app === 'api'),
    );
  });
});

test('a wrong value in a secret keeps a pod unready and the deployment unavailable, past its deadline', async () => {
  const secret = (word: string): object => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database' },
    stringData: { word },
  });
  await site.apply(`${secrets}/database`, secret('wrong'));
  const env = [{ name: 'PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'word' } } }];
  await site.apply(`${deployments}/db`, deployment('db', image, { env }, { progressDeadlineSeconds: 2 }));
  const late = await until('the deadline has passed', async () => {
    const { body } = await site.call('GET', `${deployments}/db`);
    return condition(body, 'Progressing')?.reason === 'ProgressDeadlineExceeded' ? body : undefined;
  });
  assert.equal(condition(late, 'Available').status, 'False');
  const [pod] = await podsOf('db');
  assert.equal(condition(pod, 'Ready').reason, 'ContainersNotReady');
  assert.ok(pod.status.containerStatuses[0].state.running);
  await site.apply(`${secrets}/database`, secret('correct horse'));
  await site.call('DELETE', `${pods}/${pod.metadata.name}`);
  await available('db');
  await site.call('DELETE', `${deployments}/db`);
});

test('a program that ends again and again is in a crash loop', async () => {
  await site.apply(
    `${deployments}/crash`,
    deployment('crash', image, { args: ['-e', 'console.log("no way"); process.exit(3)'] }),
  );
  assert.match((await waiting('crash', /CrashLoopBackOff/)).message, /^back-off 1s restarting failed container=main/);
  const [pod] = await podsOf('crash');
  assert.equal(pod.status.containerStatuses[0].lastState.terminated.exitCode, 3);
  assert.equal((await site.call('GET', `${pods}/${pod.metadata.name}/log`)).text, 'no way\n');
  await site.call('DELETE', `${deployments}/crash`);
});

test('what no node can carry stays pending and says why', async () => {
  await site.apply(`${deployments}/huge`, deployment('huge', image, { resources: { requests: { cpu: '64' } } }));
  const pod = await until('it is unschedulable', async () =>
    (await podsOf('huge')).find((each) => condition(each, 'PodScheduled')?.reason === 'Unschedulable'),
  );
  assert.match(condition(pod, 'PodScheduled').message, /^0\/2 nodes are available: 2 Insufficient cpu/);
  await site.call('DELETE', `${deployments}/huge`);
});

test('a rolling update drops no request', async () => {
  const port = (await site.call('GET', `${services}/api`)).body.spec.ports[0].nodePort;
  const lifecycle = { preStop: { sleep: { seconds: 1 } } };
  const strategy = { rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } };
  const roll = (version: string): Promise<unknown> =>
    site.apply(
      `${deployments}/api`,
      deployment('api', image, { lifecycle, env: [{ name: 'VERSION', value: version }] }, { replicas: 2, strategy }),
    );
  await roll('two');
  await available('api');
  let running = true;
  let asked = 0;
  const failures: string[] = [];
  const load = Promise.all(
    [1, 2, 3].map(async () => {
      while (running) {
        asked += 1;
        await ask(port).catch((error: Error) => failures.push(error.message));
        await sleep(5);
      }
    }),
  );
  await roll('three');
  await available('api');
  await until('only the new pods are left', async () => (await podsOf('api')).length === 2);
  running = false;
  await load;
  assert.ok(asked > 50, `${asked} requests`);
  assert.deepEqual(failures, []);
  assert.equal(JSON.parse(await ask(port)).version, 'three');
  const sets = (await site.call('GET', '/apis/apps/v1/namespaces/energy/replicasets?labelSelector=app%3Dapi')).body
    .items;
  assert.deepEqual(sets.map((set: Loose) => set.spec.replicas).sort(), [0, 0, 2]);
});

test('secret volumes are private and leave with their pod', async () => {
  const volumes = [{ name: 'tls', secret: { secretName: 'database' } }];
  const container = {
    env: [{ name: 'CONFIG_FILE', value: '/tls/word' }],
    volumeMounts: [{ name: 'tls', mountPath: '/tls' }],
  };
  await site.apply(`${deployments}/files`, deployment('files', image, container, {}, { volumes }));
  const port = await expose('files');
  await available('files');
  assert.equal(await ask(port, '/file'), 'correct horse');
  await site.call('DELETE', `${deployments}/files`);
  await until('the volume is gone', async () => {
    const files = await readdir(join(site.folder, 'cluster', 'pods'), { recursive: true });
    return !files.some((name) => name.endsWith('word'));
  });
});

test('init containers, claims and a liveness probe that fails', async () => {
  const claims = '/api/v1/namespaces/energy/persistentvolumeclaims';
  await site.call('POST', '/apis/storage.k8s.io/v1/storageclasses', {
    metadata: { name: 'disk' },
    provisioner: 'practice/disk',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
  const claim = {
    accessModes: ['ReadWriteOnce'],
    storageClassName: 'disk',
    resources: { requests: { storage: '1Gi' } },
  };
  await site.call('POST', claims, { metadata: { name: 'data' }, spec: claim });
  await until(
    'it waits for a pod',
    async () => (await site.call('GET', `${claims}/data`)).body.status?.phase === 'Pending',
  );
  const volumeMounts = [{ name: 'data', mountPath: '/data' }];
  const initContainers = [
    {
      name: 'fill',
      image,
      args: ['-e', 'require("fs").writeFileSync(process.env.TARGET, "filled")'],
      env: [{ name: 'TARGET', value: '/data/file' }],
      volumeMounts,
    },
  ];
  const container = {
    env: [{ name: 'CONFIG_FILE', value: '/data/file' }],
    volumeMounts,
    livenessProbe: { httpGet: { path: '/readyz', port: 8080, scheme: 'HTTPS' }, periodSeconds: 1, failureThreshold: 2 },
  };
  const volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  await site.apply(`${deployments}/disk`, deployment('disk', image, container, {}, { volumes, initContainers }));
  const port = await expose('disk');
  await available('disk');
  assert.equal(await ask(port, '/file'), 'filled');
  assert.equal((await site.call('GET', `${claims}/data`)).body.status.phase, 'Bound');
  // The program speaks HTTP, so that a look by HTTPS fails.
  await until('it was restarted', async () => (await podsOf('disk'))[0]?.status.containerStatuses[0].restartCount > 0);
  await site.call('DELETE', `${deployments}/disk`);
});

test('reopened, the pods run again behind the same ports; no secret is on disk', async () => {
  const before = await site.call('GET', `${services}/api`);
  const server = site.cluster().server;
  const port = before.body.spec.ports[0].nodePort;
  await site.reopen();
  assert.equal(site.cluster().server, server);
  assert.equal((await site.call('GET', `${services}/api`)).body.spec.ports[0].nodePort, port);
  await until('it answers again', () => ask(port).catch(() => undefined));
  await available('api');
  const sought = [site.registry.credential.password, 'correct horse', site.token].flatMap((word) => [
    word,
    Buffer.from(word).toString('base64'),
  ]);
  const files = await readdir(join(site.folder, 'cluster'), { recursive: true, withFileTypes: true });
  for (const entry of files.filter((each) => each.isFile() && !each.parentPath.includes('rootfs'))) {
    const content = await readFile(join(entry.parentPath, entry.name));
    for (const word of sought) assert.ok(!content.includes(word), `${entry.name} holds a secret`);
  }
  assert.deepEqual(site.logs, []);
});
