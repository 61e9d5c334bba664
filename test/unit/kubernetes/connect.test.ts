import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import type {
  KubernetesClient,
  KubernetesObject,
  WatchEvent,
} from '../../../electron/engine/drivers/kubernetes/client.ts';
import { connectKubernetes } from '../../../electron/engine/drivers/kubernetes/connect.ts';
import type { WatchTiming } from '../../../electron/engine/drivers/kubernetes/watch.ts';
import { type Answer, type FakeApi, json, kubeconfigFor, startFakeApi } from './fake-api.ts';

const quick: WatchTiming = { lifeSeconds: 5, stallMs: 400, pauseMs: [20, 40] };
const pod = (name: string, version: string): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: 'energy', uid: name, resourceVersion: version },
});
const secret: KubernetesObject = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'keys', namespace: 'energy' },
  data: { password: 'aHVudGVyMg==' },
};

async function withApi(answer: Answer, work: (client: KubernetesClient, api: FakeApi) => Promise<void>): Promise<void> {
  const api = await startFakeApi(answer);
  const client = await connectKubernetes({ kubeconfig: api.kubeconfig, timing: quick });
  try {
    await work(client, api);
  } finally {
    await client.close();
    await api.close();
  }
}

async function codeOf(work: Promise<unknown>): Promise<SitewrightError> {
  try {
    await work;
  } catch (error) {
    assert.ok(error instanceof SitewrightError, String(error));
    return error;
  }
  return assert.fail('nothing was thrown');
}

test('an apply is a server-side apply with the token, and the group is discovered once', async () => {
  await withApi(
    (_request, response) =>
      json(response, 200, { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api' } }),
    async (client, api) => {
      const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'api', namespace: 'energy' } };
      await client.apply(deployment, { dryRun: true });
      await client.apply(deployment, { force: true });
      const [dry, forced] = api.seen.filter(({ method }) => method === 'PATCH');
      assert.equal(dry?.path, '/apis/apps/v1/namespaces/energy/deployments/api');
      assert.equal(dry?.headers['content-type'], 'application/apply-patch+yaml');
      assert.equal(dry?.headers.authorization, 'Bearer token-of-the-test');
      assert.equal(dry?.query.get('fieldManager'), 'sitewright');
      assert.equal(dry?.query.get('dryRun'), 'All');
      assert.equal(forced?.query.get('force'), 'true');
      assert.equal(api.seen.filter(({ path }) => path === '/apis/apps/v1').length, 1);
    },
  );
});

test('a cluster-wide object is sent without a namespace, an absent one is undefined', async () => {
  await withApi(
    (request, response) =>
      request.method === 'GET' ? json(response, 404, {}) : json(response, 200, JSON.parse(request.body)),
    async (client) => {
      const sent = await client.apply({
        apiVersion: 'v1',
        kind: 'Namespace',
        metadata: { name: 'energy', namespace: 'other' },
      });
      assert.equal(sent.metadata.namespace, undefined);
      assert.equal(await client.get({ apiVersion: 'v1', kind: 'Namespace', name: 'energy' }), undefined);
      assert.equal(await client.knows({ apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor' }), false);
    },
  );
});

test('refusals keep what the server said, by code', async () => {
  const conflict = {
    reason: 'Conflict',
    message: 'Apply failed with 1 conflict',
    details: {
      causes: [
        { reason: 'FieldManagerConflict', message: 'conflict with "helm" using apps/v1', field: '.spec.replicas' },
      ],
    },
  };
  const cases: readonly [number, unknown, string, Record<string, string>][] = [
    [401, { reason: 'Unauthorized' }, 'kubernetes-unauthorized', { credential: 'kubeconfig' }],
    [
      403,
      {
        reason: 'Forbidden',
        message: 'configmaps "x" is forbidden: User "a" cannot patch resource "configmaps" in API group ""',
      },
      'kubernetes-forbidden',
      { verb: 'patch', resource: 'configmaps' },
    ],
    [
      403,
      { reason: 'Forbidden', message: 'pods "x" is forbidden: exceeded quota: small' },
      'kubernetes-refused',
      { reason: 'pods "x" is forbidden: exceeded quota: small' },
    ],
    [409, conflict, 'kubernetes-conflict', { owner: 'helm', fields: 'spec.replicas' }],
    [
      422,
      { reason: 'Invalid', message: 'spec.selector: field is immutable' },
      'kubernetes-refused',
      { reason: 'spec.selector: field is immutable' },
    ],
  ];
  for (const [status, body, code, params] of cases) {
    await withApi(
      (_request, response) => json(response, status, body),
      async (client) => {
        const error = await codeOf(
          client.apply({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'x', namespace: 'energy' } }),
        );
        assert.equal(error.code, code, error.message);
        for (const [name, value] of Object.entries(params)) assert.equal(error.params[name], value);
      },
    );
  }
});

test('a refusal of a Secret never repeats its content', async () => {
  const message = 'Secret "keys" is invalid: data[password]: Invalid value: "hunter2": too short';
  const details = {
    causes: [{ reason: 'FieldValueInvalid', message: 'Invalid value: "hunter2"', field: 'data[password]' }],
  };
  await withApi(
    (_request, response) => json(response, 422, { reason: 'Invalid', message, details }),
    async (client) => {
      const error = await codeOf(client.apply(secret));
      assert.ok(!JSON.stringify([error.view(), error.message]).includes('hunter2'));
      assert.equal(error.params.reason, 'Invalid, data[password]');
    },
  );
});

test('a passing overload is waited out, a closed port becomes kubernetes-unreachable', async () => {
  let answers = 0;
  await withApi(
    (_request, response) =>
      ++answers < 3
        ? json(response, 503, { reason: 'ServiceUnavailable' })
        : json(response, 200, { gitVersion: 'v1.33.1' }),
    async (client) => assert.equal((await client.version()).gitVersion, 'v1.33.1'),
  );
  const client = await connectKubernetes({ kubeconfig: kubeconfigFor('https://127.0.0.1:1', 'none', 'x') });
  const error = await codeOf(client.version());
  assert.equal(error.code, 'kubernetes-unreachable');
  assert.match(error.detail ?? '', /ECONNREFUSED/);
  await client.close();
});

test('a certificate of another authority is refused', async () => {
  const other = await startFakeApi((_request, response) => json(response, 200, {}));
  await withApi(
    () => 'next',
    async (_client, api) => {
      const authority = /authority-data: (\S+)/.exec(other.kubeconfig)?.[1] ?? '';
      const client = await connectKubernetes({
        kubeconfig: kubeconfigFor(api.server, Buffer.from(authority, 'base64').toString(), 'x'),
      });
      assert.equal((await codeOf(client.version())).code, 'kubernetes-unreachable');
      assert.equal(api.seen.length, 0);
      await client.close();
    },
  );
  await other.close();
});

test('a kubeconfig that cannot be read is named without quoting it', async () => {
  for (const kubeconfig of [
    'users:\n  - token: "hunter2',
    'hunter2',
    'apiVersion: v1\nclusters: []\nusers: []\ncontexts: []\ncurrent-context: hunter',
  ]) {
    const error = await codeOf(connectKubernetes({ kubeconfig }));
    assert.equal(error.code, 'usage-invalid');
    assert.ok(!JSON.stringify(error.view()).includes('hunter2'), error.message);
  }
});

/** Plays a list of watch answers one after the other; the list answers by the number of lists so far. */
function scripted(lists: readonly unknown[], watches: readonly Answer[]): Answer {
  let listed = 0;
  let watched = 0;
  return (request, response) => {
    if (request.query.get('watch') !== '1') return json(response, 200, lists[Math.min(listed++, lists.length - 1)]);
    const answer = watches[Math.min(watched++, watches.length - 1)];
    return answer === undefined ? 'next' : answer(request, response);
  };
}

const listOf = (version: string, ...items: KubernetesObject[]) => ({ metadata: { resourceVersion: version }, items });
const line = (type: string, object: unknown) => `${JSON.stringify({ type, object })}\n`;

async function collect(client: KubernetesClient, count: number): Promise<string[]> {
  const stop = new AbortController();
  const seen: string[] = [];
  const guard = setTimeout(() => stop.abort(), 5000);
  for await (const { type, object } of client.watch(
    { apiVersion: 'v1', kind: 'Pod', namespace: 'energy' },
    stop.signal,
  ) as AsyncIterable<WatchEvent>) {
    seen.push(`${type} ${object.metadata.name}@${object.metadata.resourceVersion}`);
    if (seen.length === count) break;
  }
  clearTimeout(guard);
  stop.abort();
  return seen;
}

test('a watch goes on from its last bookmark after a silent end', async () => {
  const versions: (string | null)[] = [];
  const watches: Answer[] = [
    (request, response) => {
      versions.push(request.query.get('resourceVersion'));
      response.writeHead(200);
      response.write(line('BOOKMARK', { kind: 'Pod', metadata: { resourceVersion: '30' } }));
      response.end();
    },
    (request, response) => {
      versions.push(request.query.get('resourceVersion'));
      response.writeHead(200);
      // An event that arrives in two pieces.
      const words = line('MODIFIED', pod('a', '31'));
      response.write(words.slice(0, 20));
      setTimeout(() => response.write(words.slice(20)), 20);
    },
  ];
  await withApi(scripted([listOf('10', pod('a', '5'))], watches), async (client, api) => {
    assert.deepEqual(await collect(client, 2), ['ADDED a@5', 'MODIFIED a@31']);
    assert.deepEqual(versions, ['10', '30']);
    assert.equal(api.seen.filter(({ path, query }) => path.endsWith('/pods') && query.get('watch') === null).length, 1);
  });
});

test('an expired version (410 as event or as answer) lists again and tells only what differs', async () => {
  const lists = [
    listOf('10', pod('a', '5'), pod('b', '6')),
    listOf('90', pod('b', '6'), pod('c', '80')),
    listOf('99', pod('b', '95'), pod('c', '80')),
  ];
  const watches: Answer[] = [
    (_request, response) => {
      response.writeHead(200);
      response.end(line('ERROR', { kind: 'Status', code: 410, reason: 'Expired' }));
    },
    (_request, response) => json(response, 410, { kind: 'Status', code: 410, reason: 'Expired' }),
    (_request, response) => void response.writeHead(200).write('\n'),
  ];
  await withApi(scripted(lists, watches), async (client) => {
    assert.deepEqual(await collect(client, 5), [
      'ADDED a@5',
      'ADDED b@6',
      'DELETED a@5',
      'ADDED c@80',
      'MODIFIED b@95',
    ]);
  });
});

test('a watch that went silent or was cut is taken up again', async () => {
  const watches: Answer[] = [
    (_request, response) => void response.writeHead(200).flushHeaders(),
    (_request, response) => {
      response.writeHead(200);
      response.write('\n');
      setTimeout(() => response.destroy(), 20);
    },
    (_request, response) => void response.writeHead(200).write(line('ADDED', pod('z', '40'))),
  ];
  await withApi(scripted([listOf('10')], watches), async (client) => {
    assert.deepEqual(await collect(client, 1), ['ADDED z@40']);
  });
});

test('a watch that is forbidden throws instead of asking for ever', async () => {
  const denied: Answer = (_request, response) =>
    json(response, 403, { reason: 'Forbidden', message: 'pods is forbidden: User "a" cannot list resource "pods"' });
  await withApi(denied, async (client) => {
    assert.equal((await codeOf(collect(client, 1))).code, 'kubernetes-forbidden');
  });
});

test('a list is read page by page', async () => {
  await withApi(
    (request, response) =>
      json(
        response,
        200,
        request.query.get('continue') === 'next'
          ? listOf('10', pod('b', '2'))
          : { metadata: { continue: 'next' }, items: [pod('a', '1')] },
      ),
    async (client) => {
      const pods = await client.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'energy' }, 'app=x');
      assert.deepEqual(
        pods.map(({ metadata }) => metadata.name),
        ['a', 'b'],
      );
    },
  );
});
