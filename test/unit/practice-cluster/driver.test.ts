import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import type { KubernetesClient, KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';
import { connectKubernetes } from '../../../electron/engine/drivers/kubernetes/connect.ts';
import { type Setting, setting } from './parts.ts';

let site: Setting;
let client: KubernetesClient;
before(async () => {
  site = await setting();
  const { server, authority } = site.cluster();
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'practice',
        cluster: { server, 'certificate-authority-data': Buffer.from(authority).toString('base64') },
      },
    ],
    users: [{ name: 'installer', user: { token: site.token } }],
    contexts: [{ name: 'practice', context: { cluster: 'practice', user: 'installer' } }],
    'current-context': 'practice',
  });
  client = await connectKubernetes({ kubeconfig });
});
after(async () => {
  await client.close();
  await site.stop();
});

test("the installer's own driver works against the practice cluster", async () => {
  assert.equal((await client.version()).gitVersion, 'v1.34.2');
  assert.equal(await client.ready(), true);
  assert.equal(await client.can({ verb: 'patch', group: 'apps', resource: 'deployments', namespace: 'energy' }), true);
  assert.equal(await client.can({ verb: 'patch', group: 'apps', resource: 'daemonsets' }), false);
  await client.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'energy' } });
  const settings: KubernetesObject = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'settings', namespace: 'energy' },
    data: { level: 'info' },
  };
  const reference = { apiVersion: 'v1', kind: 'ConfigMap', name: 'settings', namespace: 'energy' };
  await client.apply(settings, { dryRun: true });
  assert.equal(await client.get(reference), undefined);

  const ending = new AbortController();
  const seen: string[] = [];
  const watching = (async () => {
    for await (const { type, object } of client.watch(
      { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'energy' },
      ending.signal,
    )) {
      if (object.metadata.name === 'settings') seen.push(type);
    }
  })().catch(() => undefined);
  await sleep(200);
  await client.apply(settings);
  await site.call(
    'PATCH',
    '/api/v1/namespaces/energy/configmaps/settings?fieldManager=operator',
    { data: { level: 'debug' } },
    { 'content-type': 'application/merge-patch+json' },
  );
  await assert.rejects(client.apply(settings), { code: 'kubernetes-conflict' });
  await client.apply(settings, { force: true });
  assert.deepEqual((await client.get(reference))?.data, { level: 'info' });
  await client.remove(reference);
  for (let waited = 0; seen.at(-1) !== 'DELETED' && waited < 3000; waited += 50) await sleep(50);
  ending.abort();
  await watching;
  assert.deepEqual(seen, ['ADDED', 'MODIFIED', 'MODIFIED', 'DELETED']);
  assert.equal((await client.list({ apiVersion: 'v1', kind: 'Node' })).length, 2);
});
