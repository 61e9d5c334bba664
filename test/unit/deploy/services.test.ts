import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { SitewrightError, sayError } from '../../../electron/contract/errors.ts';
import { say } from '../../../electron/contract/text.ts';
import { applyObjects, renderDocuments } from '../../../electron/engine/deploy/apply.ts';
import { configurationAnnotation } from '../../../electron/engine/deploy/fill.ts';
import { partOfLabel } from '../../../electron/engine/deploy/scope.ts';
import type { KubernetesObject } from '../../../electron/engine/drivers/kubernetes/client.ts';
import { at, wordsAt } from '../../../electron/engine/drivers/kubernetes/json.ts';
import { certificatesStage } from '../../../electron/engine/stages/certificates/stage.ts';
import { imagesStage } from '../../../electron/engine/stages/images/stage.ts';
import { infrastructureStage } from '../../../electron/engine/stages/infrastructure/stage.ts';
import { planPrune } from '../../../electron/engine/stages/services/plan.ts';
import { servicesStage } from '../../../electron/engine/stages/services/stage.ts';
import { type DeploySite, deploySite, runStage } from './practice-site.ts';

let place: DeploySite;
before(async () => {
  place = await deploySite();
});
after(() => place.close());

const statuses = (): string[] =>
  place.recorded.findings
    .filter(({ check }) => /^(services|infrastructure)\./.test(check))
    .map(({ check, subject, status }) => `${check} ${subject} ${status}`);
const deployment = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'energy-api', namespace: 'energy' };

test('the sample release comes up: objects, workload by digest, endpoint', async () => {
  const { context, recorded } = place;
  await runStage(certificatesStage, context, recorded);
  await runStage(imagesStage, context, recorded);
  await runStage(infrastructureStage, context, recorded);
  await runStage(servicesStage, context, recorded);
  const notPassed = recorded.findings
    .filter(({ status }) => status !== 'passed')
    .map(({ check, subject, actual }) => `${check} ${subject}: ${say('en-US', actual)}`);
  assert.deepEqual(notPassed, []);
  for (const check of [
    'infrastructure.database database',
    'services.workload energy-api',
    'services.endpoint api',
    'services.applied.workloads kubernetes',
  ]) {
    assert.ok(statuses().includes(`${check} passed`), `${check}\n${statuses().join('\n')}`);
  }
  const endpoint = context.facts.get('service:api', 'endpoint');
  assert.match(wordsAt(endpoint, 'url'), /^https:\/\/127\.0\.0\.1:\d+$/);
});

test('a second pass applies nothing', async () => {
  const { context, recorded } = place;
  assert.deepEqual(await runStage(infrastructureStage, context, recorded), []);
  assert.deepEqual(await runStage(servicesStage, context, recorded), []);
});

test('no secret is in the plan, the evidence, the findings or the log', () => {
  const { context, recorded, site, bundle } = place;
  const plans = [infrastructureStage, servicesStage].flatMap((stage) => stage.plan({ site, release: bundle.release }));
  const words = JSON.stringify([plans, recorded.evidence, recorded.findings, recorded.log]);
  for (const entry of ['database-owner', 'registry', 'tls/api/key']) {
    const value = context.vault.get(entry);
    assert.ok(!words.includes(value) && !words.includes(Buffer.from(value).toString('base64')), entry);
  }
});

test('a changed parameter changes the ConfigMap and replaces the pods', async () => {
  const { context, recorded, bundle } = place;
  const client = await context.drivers.kubernetes();
  const before = await client.get(deployment);
  const changed = { ...context, site: { ...context.site, parameters: { sessionMinutes: 30 } } };
  assert.deepEqual(await runStage(servicesStage, changed, recorded), [
    'services/configuration/kubernetes',
    'services/workloads/kubernetes',
  ]);
  const now = await client.get(deployment);
  const hashOf = (object: KubernetesObject | undefined): string =>
    wordsAt(object, 'spec', 'template', 'metadata', 'annotations', configurationAnnotation);
  assert.notEqual(hashOf(now), hashOf(before));
  const diff = recorded.evidence
    .filter(({ title }) => title.includes('Difference'))
    .map(({ content }) => String(content))
    .join('\n');
  assert.match(diff, /~ ConfigMap energy\/energy-settings\n {4}data\["parameters\.json"\]/);
  assert.ok(bundle.release.images.some(({ digest }) => JSON.stringify(now).includes(digest)));
});

test('fields of another manager are named with their owner, and nothing is overwritten', async () => {
  const { context, bundle } = place;
  const [object] = renderDocuments({ site: context.site, release: bundle.release, paths: ['manifests/settings.yaml'] });
  assert.ok(object);
  const { server } = await context.drivers.kubernetes();
  await applyAs(server, 'helm', {
    ...object,
    metadata: { name: object.metadata.name, namespace: 'energy' },
    data: { 'parameters.json': '{}' },
  });
  await assert.rejects(applyObjects(context, [object]), (error) => {
    assert.ok(error instanceof SitewrightError);
    assert.equal(error.code, 'kubernetes-conflict');
    assert.match(sayError('en-US', error.view()), /helm.*parameters\.json/s);
    return true;
  });
});

test('what cannot start is told at once and with its reason', async () => {
  const { context, bundle } = place;
  const objects = renderDocuments({
    site: context.site,
    release: bundle.release,
    paths: ['manifests/api-deployment.yaml'],
  });
  const without = (change: (words: string) => string): KubernetesObject[] =>
    JSON.parse(change(JSON.stringify(objects)).replaceAll('"energy-api"', '"energy-absent"')) as KubernetesObject[];
  const started = performance.now();
  await assert.rejects(
    applyObjects(
      context,
      without((words) => words.replaceAll(/sha256:[0-9a-f]{64}/g, `sha256:${'0'.repeat(64)}`)),
      { timeoutSeconds: 20 },
    ),
    (error) => {
      assert.ok(error instanceof SitewrightError);
      assert.equal(error.code, 'workload-failed', place.notes.slice(-3).join('\n'));
      assert.match(error.message, /image .* cannot be pulled/);
      return true;
    },
  );
  assert.ok(performance.now() - started < 10_000);
  await assert.rejects(
    applyObjects(
      context,
      without((words) => words.replaceAll('energy-api-tls', 'energy-no-tls')),
      { timeoutSeconds: 6 },
    ),
    (error) => {
      assert.ok(error instanceof SitewrightError);
      assert.equal(error.code, 'workload-timeout');
      assert.match(error.message, /energy-no-tls/);
      return true;
    },
  );
});

test('only labelled objects that are not in the release are removed', async () => {
  const { context } = place;
  const client = await context.drivers.kubernetes();
  await client.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'foreign', namespace: 'energy' },
    data: { a: 'b' },
  });
  await client.apply({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'old', namespace: 'energy', labels: { [partOfLabel]: 'energy-platform' } },
    data: { a: 'b' },
  });
  const { kind, input } = planPrune({ site: context.site, release: context.release });
  const step = servicesStage.steps[kind];
  const found = await step?.inspect?.(context, input);
  assert.deepEqual(found, { satisfied: false, found: ['Deployment energy/energy-absent', 'ConfigMap energy/old'] });
  await step?.apply?.(context, input);
  assert.equal(await client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'old', namespace: 'energy' }), undefined);
  assert.ok(await client.get({ apiVersion: 'v1', kind: 'ConfigMap', name: 'foreign', namespace: 'energy' }));
  assert.ok(at(await client.get(deployment), 'spec'));
  assert.equal((await step?.inspect?.(context, input))?.satisfied, true);
});

/** A server-side apply under another manager's name, as another tool would send it. */
async function applyAs(server: string, manager: string, object: KubernetesObject): Promise<void> {
  const { Agent, request } = await import('undici');
  const kubeconfig = place.context.vault.get('kubeconfig');
  const authority = Buffer.from(/authority-data: (\S+)/.exec(kubeconfig)?.[1] ?? '', 'base64').toString();
  const token = /token: '([^']+)'/.exec(kubeconfig)?.[1] ?? '';
  const agent = new Agent({ connect: { ca: authority } });
  const { namespace, name } = object.metadata;
  const response = await request(
    `${server}/api/v1/namespaces/${namespace}/configmaps/${name}?fieldManager=${manager}&force=true`,
    {
      method: 'PATCH',
      dispatcher: agent,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/apply-patch+yaml' },
      body: JSON.stringify(object),
    },
  );
  const words = await response.body.text();
  assert.equal(response.statusCode, 200, words);
  await agent.close();
}
