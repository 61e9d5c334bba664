import assert from 'node:assert/strict';
import { readdir, readFile, stat } from 'node:fs/promises';
import { request } from 'node:https';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { exchange, type Loose, type Setting, setting, until } from './parts.ts';

let site: Setting;
before(async () => {
  site = await setting();
  await site.call('POST', '/api/v1/namespaces', { metadata: { name: 'energy' } });
});
after(() => site.stop());

const maps = '/api/v1/namespaces/energy/configmaps';

/** Reads a watch until it ends or `enough` says so. */
function watch(path: string, enough: (events: Loose[]) => boolean = () => false): Promise<Loose[]> {
  return new Promise((resolve, reject) => {
    const events: Loose[] = [];
    let rest = '';
    const { server, authority } = site.cluster();
    const call = request(
      `${server}${path}`,
      { ca: authority, agent: false, headers: { authorization: `Bearer ${site.token}` } },
      (response) => {
        response.on('data', (chunk: Buffer) => {
          const lines = (rest + chunk.toString()).split('\n');
          rest = lines.pop() ?? '';
          events.push(...lines.map((line) => JSON.parse(line)));
          if (enough(events)) {
            response.destroy();
            resolve(events);
          }
        });
        response.on('end', () => resolve(events));
      },
    );
    call.on('error', reject);
    call.end();
  });
}

test('only the token opens the API; health and version answer to anybody', async () => {
  const { server, authority } = site.cluster();
  const anonymous = await exchange(`${server}/api/v1/namespaces`, { authority });
  assert.equal(anonymous.status, 401);
  assert.equal(anonymous.body.kind, 'Status');
  assert.equal(anonymous.body.reason, 'Unauthorized');
  const wrong = await exchange(`${server}/api/v1/namespaces`, {
    authority,
    headers: { authorization: 'Bearer nonsense' },
  });
  assert.equal(wrong.status, 401);
  for (const path of ['/readyz', '/livez', '/healthz'])
    assert.equal((await exchange(`${server}${path}`, { authority })).text, 'ok');
  assert.equal((await exchange(`${server}/version`, { authority })).body.gitVersion, 'v1.34.2');
  await assert.rejects(exchange(`${server}/version`), { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' });
});

test('discovery names every group, and an unknown kind or namespace is 404', async () => {
  const groups = (await site.call('GET', '/apis')).body.groups.map((group: Loose) => group.name);
  assert.ok(groups.includes('apps') && groups.includes('monitoring.coreos.com'));
  const core = (await site.call('GET', '/api/v1')).body.resources.map((resource: Loose) => resource.name);
  assert.ok(core.includes('pods') && core.includes('pods/log'));
  assert.equal((await site.call('GET', '/apis/apps/v1/namespaces/energy/statefulsets')).status, 404);
  const missing = await site.call('POST', '/api/v1/namespaces/nowhere/configmaps', { metadata: { name: 'a' } });
  assert.equal(missing.status, 404);
  assert.equal(missing.body.message, 'namespaces "nowhere" not found');
});

test('an access review allows what exists and denies what does not', async () => {
  const review = async (resourceAttributes: object): Promise<Loose> =>
    (
      await site.call('POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', {
        spec: { resourceAttributes },
      })
    ).body.status;
  assert.equal(
    (await review({ group: 'apps', resource: 'deployments', verb: 'patch', namespace: 'energy' })).allowed,
    true,
  );
  assert.equal((await review({ group: 'apps', resource: 'statefulsets', verb: 'patch' })).allowed, false);
});

test('create, replace, merge patch and delete keep versions honest', async () => {
  const made = await site.call('POST', maps, {
    metadata: { name: 'plain', labels: { tier: 'a' } },
    data: { one: '1' },
  });
  assert.equal(made.status, 201);
  assert.equal((await site.call('POST', maps, { metadata: { name: 'plain' } })).body.reason, 'AlreadyExists');
  const patched = await site.call(
    'PATCH',
    `${maps}/plain`,
    { data: { two: '2', one: null } },
    { 'content-type': 'application/merge-patch+json' },
  );
  assert.deepEqual(patched.body.data, { two: '2' });
  const stale = await site.call('PUT', `${maps}/plain`, { ...made.body, data: {} });
  assert.equal(stale.status, 409);
  assert.equal(stale.body.reason, 'Conflict');
  const listed = await site.call('GET', `${maps}?labelSelector=tier%3Da`);
  assert.deepEqual(
    listed.body.items.map((item: Loose) => item.metadata.name),
    ['plain'],
  );
  assert.equal((await site.call('GET', `${maps}?fieldSelector=metadata.name%3Dother`)).body.items.length, 0);
  assert.equal((await site.call('DELETE', `${maps}/plain`)).status, 200);
  assert.equal((await site.call('GET', `${maps}/plain`)).body.message, 'configmaps "plain" not found');
});

test('apply: ownership, conflicts, force, dropped fields, dry run and unchanged versions', async () => {
  const shared = (data: object): object => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'shared' },
    data,
  });
  const first = await site.apply(`${maps}/shared`, shared({ level: 'info', color: 'red' }));
  assert.equal(first.status, 201);
  assert.deepEqual(first.body.metadata.managedFields[0].fieldsV1, { 'f:data': { 'f:color': {}, 'f:level': {} } });
  const same = await site.apply(`${maps}/shared`, shared({ level: 'info', color: 'red' }));
  assert.equal(same.status, 200);
  assert.equal(same.body.metadata.resourceVersion, first.body.metadata.resourceVersion);

  const conflict = await site.apply(`${maps}/shared`, shared({ level: 'debug' }), 'other');
  assert.equal(conflict.status, 409);
  assert.deepEqual(conflict.body.details.causes, [
    { reason: 'FieldManagerConflict', message: 'conflict with "sitewright"', field: '.data.level' },
  ]);
  const dry = await site.apply(`${maps}/shared`, shared({ level: 'debug' }), 'other', '&force=true&dryRun=All');
  assert.equal(dry.body.data.level, 'debug');
  assert.equal((await site.call('GET', `${maps}/shared`)).body.data.level, 'info');
  const forced = await site.apply(`${maps}/shared`, shared({ level: 'debug' }), 'other', '&force=true');
  assert.deepEqual(forced.body.data, { level: 'debug', color: 'red' });

  // `sitewright` lost `level`, so that leaving it out keeps it; leaving out its own `color` removes that.
  const dropped = await site.apply(`${maps}/shared`, shared({ shape: 'round' }));
  assert.deepEqual(dropped.body.data, { level: 'debug', shape: 'round' });
  assert.equal(
    (await site.call('PATCH', `${maps}/shared`, shared({}), { 'content-type': 'application/apply-patch+yaml' })).status,
    400,
  );
});

test('apply merges containers, variables and ports by key', async () => {
  const path = '/apis/apps/v1/namespaces/energy/deployments/keyed';
  const body = (containers: object[]): object => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'keyed' },
    spec: {
      replicas: 0,
      selector: { matchLabels: { app: 'keyed' } },
      template: { metadata: { labels: { app: 'keyed' } }, spec: { containers } },
    },
  });
  const made = await site.apply(
    path,
    body([
      {
        name: 'a',
        image: 'x:1',
        env: [
          { name: 'ONE', value: '1' },
          { name: 'TWO', value: '2' },
        ],
      },
    ]),
  );
  assert.equal(made.status, 201, made.text);
  assert.equal(made.body.metadata.generation, 1);
  const sidecar = { spec: { template: { spec: { containers: [{ name: 'side', image: 'y:1' }] } } } };
  const patched = await site.call('PATCH', `${path}?fieldManager=injector`, sidecar, {
    'content-type': 'application/strategic-merge-patch+json',
  });
  assert.deepEqual(patched.body.spec.template.spec.containers.map((each: Loose) => each.name).sort(), ['a', 'side']);
  const again = await site.apply(path, body([{ name: 'a', image: 'x:2', env: [{ name: 'TWO', value: '2' }] }]));
  const containers = again.body.spec.template.spec.containers;
  assert.deepEqual(containers.map((each: Loose) => each.name).sort(), ['a', 'side']);
  const main = containers.find((each: Loose) => each.name === 'a');
  assert.deepEqual(main.env, [{ name: 'TWO', value: '2' }]);
  assert.equal(main.image, 'x:2');
  assert.equal(again.body.metadata.generation, 3);
  const scaled = await site.call(
    'PATCH',
    `${path}?fieldManager=operator`,
    { spec: { replicas: 0, minReadySeconds: 1 } },
    { 'content-type': 'application/merge-patch+json' },
  );
  assert.equal(scaled.body.metadata.generation, 4);
  const immutable = await site.call(
    'PATCH',
    path,
    { spec: { selector: { matchLabels: { app: 'new' } } } },
    { 'content-type': 'application/merge-patch+json' },
  );
  assert.equal(immutable.status, 422);
  assert.ok(
    immutable.body.details.causes.some(
      (cause: Loose) => cause.field === 'spec.selector' && /immutable/.test(cause.message),
    ),
  );
});

test('what is wrong is named by field', async () => {
  const name = await site.call('POST', maps, { metadata: { name: 'Not_Valid' } });
  assert.equal(name.status, 422);
  assert.equal(name.body.details.causes[0].field, 'metadata.name');
  const container = { name: 'a', image: '', volumeMounts: [{ name: 'none', mountPath: '/x' }] };
  const spec = {
    selector: { matchLabels: { a: 'b' } },
    template: { metadata: { labels: { a: 'c' } }, spec: { containers: [container] } },
  };
  const wrong = await site.call('POST', '/apis/apps/v1/namespaces/energy/deployments', {
    metadata: { name: 'wrong' },
    spec,
  });
  const fields = wrong.body.details.causes.map((cause: Loose) => cause.field);
  assert.deepEqual(fields, [
    'spec.template.metadata.labels',
    'spec.template.spec.containers[0].image',
    'spec.template.spec.containers[0].volumeMounts[0].name',
  ]);
  assert.equal((await site.call('POST', maps, { kind: 'Secret', metadata: { name: 'a' } })).status, 400);
});

test('watch: changes in order, selector, bookmark at the end, 410 for what is no longer kept', async () => {
  const { resourceVersion } = (await site.call('GET', maps)).body.metadata;
  const watching = watch(
    `${maps}?watch=true&resourceVersion=${resourceVersion}&labelSelector=seen%3Dyes`,
    (events) => events.length === 3,
  );
  await site.call('POST', maps, { metadata: { name: 'unseen' } });
  await site.call('POST', maps, { metadata: { name: 'seen', labels: { seen: 'yes' } } });
  await site.call('PATCH', `${maps}/seen`, { data: { a: 'b' } }, { 'content-type': 'application/merge-patch+json' });
  await site.call('DELETE', `${maps}/seen`);
  assert.deepEqual(
    (await watching).map((event) => event.type),
    ['ADDED', 'MODIFIED', 'DELETED'],
  );
  const replayed = await watch(
    `${maps}?watch=1&resourceVersion=${resourceVersion}&labelSelector=seen%3Dyes&timeoutSeconds=1&allowWatchBookmarks=true`,
  );
  assert.deepEqual(
    replayed.map((event) => event.type),
    ['ADDED', 'MODIFIED', 'DELETED', 'BOOKMARK'],
  );
  await site.reopen();
  const late = await watch(`${maps}?watch=1&resourceVersion=${resourceVersion}&timeoutSeconds=5`);
  assert.equal(late[0].type, 'ERROR');
  assert.equal(late[0].object.code, 410);
  assert.equal(late[0].object.reason, 'Expired');
});

test('owned objects go with their owner, a namespace with all that is in it', async () => {
  await site.call('POST', '/api/v1/namespaces', { metadata: { name: 'passing' } });
  const own = '/api/v1/namespaces/passing/configmaps';
  const owner = (await site.call('POST', own, { metadata: { name: 'owner' } })).body;
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'owner', uid: owner.metadata.uid };
  await site.call('POST', own, { metadata: { name: 'owned', ownerReferences: [reference] } });
  await site.call('DELETE', `${own}/owner?propagationPolicy=Foreground`);
  await until(
    'both are gone',
    async () =>
      (await site.call('GET', `${own}/owned`)).status === 404 &&
      (await site.call('GET', `${own}/owner`)).status === 404,
  );
  await site.call('POST', own, { metadata: { name: 'left' } });
  await site.call('DELETE', '/api/v1/namespaces/passing');
  await until(
    'the namespace is gone',
    async () => (await site.call('GET', '/api/v1/namespaces/passing')).status === 404,
  );
});

test('a secret is base64 to callers and cannot be found on disk', async () => {
  const secrets = '/api/v1/namespaces/energy/secrets';
  const value = 'very-secret-value-4711';
  const made = await site.apply(`${secrets}/kept`, {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'kept' },
    stringData: { password: value },
  });
  assert.equal(made.status, 201);
  const encoded = Buffer.from(value).toString('base64');
  assert.equal((await site.call('GET', `${secrets}/kept`)).body.data.password, encoded);
  await site.reopen();
  assert.equal((await site.call('GET', `${secrets}/kept`)).body.data.password, encoded);
  const files = (await readdir(site.folder, { recursive: true, withFileTypes: true })).filter((entry) =>
    entry.isFile(),
  );
  for (const entry of files) {
    const content = await readFile(join(entry.parentPath, entry.name));
    for (const words of [value, encoded, site.token])
      assert.ok(!content.includes(words), `${entry.name} holds a secret`);
  }
  const key = await stat(join(site.folder, 'cluster', 'encryption.key'));
  if (process.platform !== 'win32') assert.equal(key.mode & 0o777, 0o600);
});

test('the real client library reads, lists, patches and deletes', async () => {
  const { KubeConfig, KubernetesObjectApi } = await import('@kubernetes/client-node');
  const { server, authority } = site.cluster();
  const config = new KubeConfig();
  config.loadFromOptions({
    clusters: [{ name: 'practice', server, caData: Buffer.from(authority).toString('base64') }],
    users: [{ name: 'me', token: site.token }],
    contexts: [{ name: 'practice', cluster: 'practice', user: 'me' }],
    currentContext: 'practice',
  });
  const api = KubernetesObjectApi.makeApiClient(config);
  const identity = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'library', namespace: 'energy' } };
  await api.create({ ...identity, data: { a: '1' } } as Loose);
  const read = (await api.read(identity)) as Loose;
  assert.deepEqual(read.data, { a: '1' });
  const patched = (await api.patch({ ...identity, data: { b: '2' } } as Loose)) as Loose;
  assert.deepEqual(patched.data, { a: '1', b: '2' });
  const list = await api.list('v1', 'ConfigMap', 'energy');
  assert.ok(list.items.some((item) => item.metadata?.name === 'library'));
  await api.delete(identity);
  await assert.rejects(api.read(identity), (error: Loose) => error.code === 404);
});
