import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ContractRouterClient } from '@orpc/contract';
import { createRouterClient } from '@orpc/server';
import { errorOfCall, installerScripts, sampleRelease } from '../../../electron/cli/session.ts';
import type { Contract } from '../../../electron/contract/calls.ts';
import { SitewrightError } from '../../../electron/contract/errors.ts';
import { planViewSchema } from '../../../electron/contract/views.ts';
import { createEngine } from '../../../electron/engine/engine.ts';
import { createRouter } from '../../../electron/engine/router.ts';
import { inventoryExample } from '../../../electron/engine/site/inventory.ts';
import { passphrase, siteFile } from '../core/fixture.ts';
import { type TestEngine, testEngine } from './engine.ts';

let made: TestEngine;
let client: ContractRouterClient<Contract>;
let bundle: string[];
before(async () => {
  made = testEngine();
  client = createRouterClient(createRouter(made.engine));
  bundle = [made.bundle];
  await client.bundle.build({ source: sampleRelease, out: made.bundle });
});
after(() => made.close());

/** The code of the catalogue that a call ends with. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(() => undefined, errorOfCall);
  assert.ok(error instanceof SitewrightError, String(error));
  return error.code;
}

test('what is planned depends on the site; an old confirmation is no confirmation', async () => {
  const plan = planViewSchema.parse(await client.plan.show({ site: 'plant', bundle }));
  assert.deepEqual(await client.plan.show({ site: 'plant', bundle }), plan);
  assert.equal(plan.stages.length, 10);
  assert.doesNotMatch(JSON.stringify(plan), /"input"/, 'what steps are given is not shown');
  await client.site.update({ site: 'plant', change: { title: 'Another' } });
  assert.notEqual((await client.plan.show({ site: 'plant', bundle })).digest, plan.digest);
  assert.equal(await codeOf(client.walk.start({ site: 'plant', bundle, plan: plan.digest })), 'plan-changed');
  assert.equal(await codeOf(client.walk.state({ site: 'plant' })), 'run-not-found', 'nothing was begun');
  assert.equal(await codeOf(client.walk.resume({ site: 'plant', bundle })), 'run-not-found');
});

test('the first signing key is pinned; another one needs trust on purpose', async () => {
  const other = join(made.home, 'other');
  await client.bundle.build({ source: sampleRelease, out: other, key: join(made.home, 'other.key') });
  await client.plan.show({ site: 'empty', bundle });
  assert.equal(await codeOf(client.plan.show({ site: 'empty', bundle: [other] })), 'bundle-key-not-pinned');
  const { signature } = await client.bundle.inspect({ bundle: [other] });
  await client.site.trustBundleKey({ site: 'empty', key: signature.key });
  await client.plan.show({ site: 'empty', bundle: [other] });
  assert.equal(await codeOf(client.plan.show({ site: 'empty', bundle })), 'bundle-key-not-pinned');
  const events = (await client.journal.list({ site: 'empty' })).map((row) => JSON.parse(row.body).event);
  assert.deepEqual(events, ['created', 'bundle-key']);
});

test('a vault that is locked says so; unlocking opens it, a wrong passphrase does not', async () => {
  const engine = createEngine({ home: made.home, scripts: installerScripts });
  const locked: ContractRouterClient<Contract> = createRouterClient(createRouter(engine));
  assert.equal(await codeOf(locked.vault.list({ site: 'plant' })), 'vault-locked');
  assert.equal(await codeOf(locked.vault.unlock({ site: 'plant', passphrase: 'wrong' })), 'vault-wrong-passphrase');
  assert.equal(await codeOf(locked.vault.list({ site: 'plant' })), 'vault-locked');
  await locked.vault.unlock({ site: 'plant', passphrase });
  assert.deepEqual(await locked.vault.list({ site: 'plant' }), ['audit/key']);
  assert.equal(await codeOf(locked.practice.open({})), 'practice-failed');
  await engine.close();
});

test('secrets are set, listed by name and shown with a note in the journal', async () => {
  await client.vault.set({ site: 'plant', name: 'ssh', value: 'Sup3r-Secret' });
  assert.ok((await client.vault.list({ site: 'plant' })).includes('ssh'));
  assert.equal((await client.vault.reveal({ site: 'plant', name: 'ssh' })).value, 'Sup3r-Secret');
  assert.equal(await codeOf(client.vault.reveal({ site: 'plant', name: 'none' })), 'vault-missing-secret');
  const rows = await client.journal.list({ site: 'plant' });
  assert.deepEqual(
    rows.filter((row) => row.kind === 'vault').map((row) => [row.subject, JSON.parse(row.body).event]),
    [
      ['ssh', 'set'],
      ['ssh', 'revealed'],
    ],
  );
  assert.doesNotMatch(JSON.stringify(rows), /Sup3r/);
  assert.equal((await client.journal.verify({ site: 'plant' })).intact, true);
});

test('an inventory is checked without a change, refused whole, and imported whole', async () => {
  const contentBase64 = Buffer.from(inventoryExample).toString('base64');
  const broken = Buffer.from(inventoryExample.replace('app-02', 'App 2')).toString('base64');
  const before = await client.site.show({ site: 'empty' });
  const checked = await client.site.checkInventory({ site: 'empty', format: 'csv', contentBase64: broken });
  assert.deepEqual([checked.hosts, checked.problems.map(({ row, column }) => [row, column])], [[], [[3, 'name']]]);
  assert.equal(
    await codeOf(client.site.importInventory({ site: 'empty', format: 'csv', contentBase64: broken })),
    'inventory-invalid',
  );
  assert.deepEqual(await client.site.show({ site: 'empty' }), before);
  const after = await client.site.importInventory({ site: 'empty', format: 'csv', contentBase64 });
  assert.deepEqual(
    after.hosts.map((host) => host.name),
    ['app-01', 'app-02', 'data-01'],
  );
  assert.deepEqual(await client.site.show({ site: 'empty' }), after);
});

test('sites are made once, with a proper name, and changed field by field', async () => {
  assert.equal(await codeOf(client.site.create(siteFile())), 'site-exists');
  assert.equal(await codeOf(client.site.create({ ...siteFile(), name: '../up' })), 'usage-invalid');
  assert.equal(
    await codeOf(client.site.update({ site: 'plant', change: { practice: true } as never })),
    'usage-invalid',
  );
  const updated = await client.site.update({ site: 'plant', change: { project: { customer: 'ACME' } } });
  assert.deepEqual([updated.project.customer, updated.project.revision], ['ACME', 'A']);
  assert.equal(
    await codeOf(client.site.trust({ site: 'plant', host: 'nobody', fingerprint: 'SHA256:x' })),
    'usage-invalid',
  );
});

test('records of a site without a run', async () => {
  assert.deepEqual(await client.check.list({ site: 'empty' }), []);
  assert.deepEqual(await client.evidence.list({ site: 'empty' }), []);
  assert.equal(await codeOf(client.check.again({ site: 'empty' })), 'run-not-found');
  assert.deepEqual(await client.walk.cancel({ site: 'empty' }), {});
  assert.equal((await client.waiver.remove({ site: 'empty', id: 'W-1' })).removed, false);
  const waiver = { check: 'host.memory', reason: '  ', approver: 'Wang', expires: '2099-01-01', subjects: [] };
  assert.equal(
    await codeOf(client.waiver.add({ site: 'empty', waiver })),
    'usage-invalid',
    'a waiver without a reason',
  );
  assert.equal(
    await codeOf(client.waiver.add({ site: 'empty', waiver: { ...waiver, reason: 'x', expires: '2020-01-01' } })),
    'waiver-expired',
  );
  assert.equal(
    await codeOf(client.waiver.add({ site: 'empty', waiver: { ...waiver, reason: 'x', expires: 'soon' } })),
    'usage-invalid',
  );
  assert.deepEqual(await client.waiver.list({ site: 'empty' }), []);
  const added = await client.waiver.add({ site: 'empty', waiver: { ...waiver, reason: 'x' } });
  assert.deepEqual(
    (await client.waiver.list({ site: 'empty' })).map(({ id, state }) => [id, state]),
    [[added.id, 'unused']],
  );
});
