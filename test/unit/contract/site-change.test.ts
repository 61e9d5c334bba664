import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import type { Contract } from '../../../electron/contract/calls.ts';
import { createRouter } from '../../../electron/engine/router.ts';
import { type TestEngine, testEngine } from './engine.ts';

let made: TestEngine;
let client: ContractRouterClient<Contract>;
before(() => {
  made = testEngine();
  client = createRouterClient(createRouter(made.engine));
});
after(() => made.close());

test('a change of one field leaves every other as it was, also those that have a default', async () => {
  const own = {
    mode: 'hybrid',
    utcOffsetMinutes: 330,
    operator: 'Chen',
    parameters: { replicas: 3 },
    project: { customer: 'Steel', revision: 'C', phase: 'final' },
  } as const;
  const before = await client.site.update({ site: 'plant', change: own });
  const titled = await client.site.update({ site: 'plant', change: { title: 'Other' } });
  assert.deepEqual(titled, { ...before, title: 'Other' });
  const placed = await client.site.update({ site: 'plant', change: { project: { place: 'Room 2' } } });
  assert.deepEqual(placed, { ...titled, project: { ...before.project, place: 'Room 2' } });
});

test('an endpoint is added, and taken out by null', async () => {
  const kubernetes = { kubeconfig: 'kubeconfig', server: 'https://10.0.0.1:6443' };
  const added = await client.site.update({ site: 'plant', change: { kubernetes } });
  assert.deepEqual(added.kubernetes, kubernetes);
  const removed = await client.site.update({ site: 'plant', change: { kubernetes: null } });
  assert.ok(!('kubernetes' in removed));
  assert.deepEqual(await client.site.show({ site: 'plant' }), removed);
});

test('the example is the inventory that the checks take; the test of a host that is not there says why', async () => {
  const { csv } = await client.site.example();
  const contentBase64 = Buffer.from(csv).toString('base64');
  const checked = await client.site.checkInventory({ site: 'plant', format: 'csv', contentBase64 });
  assert.deepEqual([checked.problems, checked.rows.map(({ row }) => row)], [[], [2, 3, 4]]);
  await client.vault.set({ site: 'plant', name: 'ssh', value: 'Sup3r-Secret' });
  const { hosts } = await client.site.show({ site: 'plant' });
  const tested = await client.site.testHost({ site: 'plant', host: { ...hosts[0]!, port: 1 } });
  assert.deepEqual([tested.ok, tested.error?.code], [false, 'ssh-unreachable']);
  const unknown = { ...hosts[0]!, credential: 'none' };
  assert.equal((await client.site.testHost({ site: 'plant', host: unknown })).error?.code, 'vault-missing-secret');
  const rows = (await client.journal.list({ site: 'plant' })).filter((row) => row.body.includes('host-test'));
  assert.deepEqual(
    rows.map((row) => JSON.parse(row.body).outcome),
    ['ssh-unreachable', 'vault-missing-secret'],
  );
  assert.doesNotMatch(JSON.stringify([tested, rows]), /Sup3r/);
});
