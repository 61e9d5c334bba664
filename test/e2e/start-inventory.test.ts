import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { makeSealedSite } from './sealed-site.ts';
import { goTo, openWizard, violations, type Wizard } from './window.ts';

const program = browserForTests();
if ('skipped' in program && process.env.SITEWRIGHT_E2E === '1') throw new Error(program.skipped);

const passphrase = 'granite otter velvet 42';
const wrongFile = [
  'name,address,port,user,credential,roles,become',
  'App 1,10.20.0.11,22,root,ssh,worker,root',
  'app-02,,70000,deploy,ssh,king,sudo-password',
  'app-02,10.20.0.13,22,root,ssh,database registry,root',
].join('\n');
const mendedFile = wrongFile
  .replace('App 1', 'app-01')
  .replace(',,70000,', ',10.20.0.12,2222,')
  .replace('king', 'worker')
  .replace('\napp-02,10.20.0.13', '\ndata-01,10.20.0.13');

describe('the start page and the inventory', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
  });
  after(() => wizard?.close());

  const csv = (content: string) => ({ name: 'hosts.csv', mimeType: 'text/csv', buffer: Buffer.from(content) });
  const save = async (page: Page) => {
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Everything is saved').waitFor();
  };
  const cell = (page: Page, row: number, column: string) =>
    page.locator('table.hosts > tbody').nth(row).locator(`[data-column="${column}"]`);
  /** Opens the site `plant` that the first test makes, on its inventory. */
  const openPlant = async (theme: 'light' | 'dark' = 'light') => {
    const opened = await wizard.open({ theme, atStart: true });
    await opened.page.getByRole('button', { name: 'Open Plant one' }).click();
    await opened.page.getByRole('heading', { level: 2, name: 'Site and inventory' }).waitFor();
    return opened;
  };

  test('a new site wants a name, a title and a passphrase typed twice; its vault opens with it', async () => {
    const { page, complaints } = await wizard.open({ theme: 'light', atStart: true });
    await page.getByRole('button', { name: 'New site' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Make the site' }).click();
    assert.equal(await dialog.locator('.field-error').count(), 3);
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true');

    await dialog.getByLabel('Title of the site').fill('Plant one');
    await dialog.getByLabel('Name of the site').fill('Plant 1');
    await dialog.getByText('lower-case letters, digits and hyphens only').waitFor();
    await dialog.getByLabel('Name of the site').fill(practiceName);
    await dialog.getByText('There is a site of this name already').waitFor();
    await dialog.getByLabel('Name of the site').fill('plant');
    await dialog.getByLabel('Passphrase of the vault').fill('aaaaaaaaaaaaaa');
    await dialog.getByLabel('The same passphrase again').fill('aaaaaaaaaaaaab');
    await dialog.getByText('Strength: weak').waitFor();
    await dialog.getByText('the two passphrases differ').waitFor();
    await dialog.getByLabel('Passphrase of the vault').fill(passphrase);
    await dialog.getByLabel('The same passphrase again').fill(passphrase);
    await dialog.getByText('Strength: good').waitFor();
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Make the site' }).click();
    await page.getByRole('heading', { level: 2, name: 'Site and inventory' }).waitFor();
    assert.deepEqual(await wizard.client.vault.list({ site: 'plant' }), ['audit/key']);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('an import shows each wrong cell and changes nothing; the mended file is imported', async () => {
    const { page, complaints } = await openPlant();
    await page.getByRole('button', { name: 'Import …' }).click();
    const dialog = page.getByRole('dialog');
    const file = dialog.locator('input[type="file"]');
    await file.setInputFiles(csv(wrongFile));
    await dialog.getByText('Errors: 5').waitFor();
    assert.equal(await dialog.locator('td.import-wrong').count(), 5);
    const wrong = await dialog.locator('td.import-wrong').allTextContents();
    assert.match(wrong[0]!, /^App 1.*lower-case/);
    assert.match(wrong.at(-1)!, /^app-02.*already used in row 3/);
    assert.ok(await dialog.getByRole('button', { name: 'Import and save' }).isDisabled());
    assert.deepEqual((await wizard.client.site.show({ site: 'plant' })).hosts, []);
    assert.deepEqual(await violations(page), []);

    await file.setInputFiles(csv(mendedFile));
    await dialog.getByText('Hosts: 3, no errors').waitFor();
    await dialog.getByRole('button', { name: 'Import and save' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.deepEqual(
      (await wizard.client.site.show({ site: 'plant' })).hosts.map(({ name, port }) => [name, port]),
      [
        ['app-01', 22],
        ['app-02', 2222],
        ['data-01', 22],
      ],
    );
    assert.equal(await page.locator('table.hosts > tbody').count(), 3);
    await page.getByText('Everything is saved').waitFor();
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('the example can be downloaded and imported as it is', async () => {
    const { page } = await openPlant();
    const waiting = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Download example' }).click();
    const download = await waiting;
    assert.equal(download.suggestedFilename(), 'inventory.csv');
    const { csv: example } = await wizard.client.site.example();
    const contentBase64 = Buffer.from(example).toString('base64');
    const checked = await wizard.client.site.checkInventory({ site: 'plant', format: 'csv', contentBase64 });
    assert.deepEqual([checked.hosts.length, checked.rows.length, checked.problems], [3, 3, []]);
    await page.context().close();
  });

  test('a row is added, judged cell by cell, mended and saved; language, theme and page keep what was typed', async () => {
    const { page, complaints } = await openPlant();
    await page.getByRole('button', { name: 'Add a host' }).click();
    await page.waitForFunction(() => document.activeElement?.closest('[data-column="name"]') !== null);
    await page.keyboard.type('Node 9');
    await page.getByText('Unsaved changes').waitFor();
    assert.match((await cell(page, 3, 'name').textContent()) ?? '', /lower-case/);
    await cell(page, 3, 'port').locator('input').fill('99999');
    assert.match((await cell(page, 3, 'port').textContent()) ?? '', /1 to 65535/);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Errors: 4').waitFor();
    await page.waitForFunction(() => document.activeElement?.closest('[data-column="name"]') !== null);
    assert.match((await cell(page, 3, 'address').textContent()) ?? '', /must not be empty/);
    assert.match((await cell(page, 3, 'roles').textContent()) ?? '', /must not be empty/);

    await page.getByRole('button', { name: 'Next', exact: true }).click();
    const why = page.getByRole('alert').filter({ hasText: 'The inventory has unsaved changes' });
    await why.waitFor();
    assert.equal(await page.getByRole('heading', { level: 2 }).textContent(), 'Site and inventory');
    const bar = (await page.locator('.save-bar').boundingBox())!;
    const told = (await page.locator('.footer-why').boundingBox())!;
    assert.ok(bar.y + bar.height <= told.y, 'what is said of unsaved changes does not cover the bar that saves them');
    assert.ok(told.x + told.width <= page.viewportSize()!.width, 'nor does it leave the window');
    await why.getByRole('button', { name: 'Close' }).click();

    await page.getByText('Dark', { exact: true }).click();
    await page.getByRole('combobox', { name: 'Language' }).click();
    await page.getByTitle('中文').click();
    await page.getByText('有未保存的修改').waitFor();
    assert.equal(await cell(page, 3, 'name').locator('input').inputValue(), 'Node 9');
    assert.match((await cell(page, 3, 'address').textContent()) ?? '', /不能为空/);
    await page.locator('.rail button').nth(1).click();
    await page.getByRole('heading', { level: 2, name: '审阅与开始' }).waitFor();
    const unsaved = page.getByRole('alert').filter({ hasText: '清单有未保存的修改，下方计划不包含这些修改' });
    await unsaved.getByRole('button', { name: '前往“站点与主机清单”' }).click();
    await page.getByRole('heading', { level: 2, name: '站点与主机清单' }).waitFor();
    assert.equal(await cell(page, 3, 'port').locator('input').inputValue(), '99999');
    await page.getByRole('combobox', { name: '语言' }).click();
    await page.getByTitle('English').click();

    await cell(page, 3, 'name').locator('input').fill('app-01');
    await page.getByText('is already used in row 1').waitFor();
    await cell(page, 3, 'name').locator('input').fill('node-09');
    await cell(page, 3, 'address').locator('input').fill('10.20.0.19');
    await cell(page, 3, 'port').locator('input').fill('22');
    await cell(page, 3, 'roles').getByRole('combobox').click();
    await page.getByTitle('monitoring', { exact: true }).click();
    await page.keyboard.press('Escape');
    await page.getByLabel('Customer').fill('Northern Steel');
    await save(page);
    const site = await wizard.client.site.show({ site: 'plant' });
    assert.deepEqual(site.hosts[3], {
      name: 'node-09',
      address: '10.20.0.19',
      port: 22,
      user: 'root',
      credential: 'ssh',
      roles: ['monitoring'],
      become: 'root',
    });
    assert.equal(site.project.customer, 'Northern Steel');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a wrong passphrase is told inside the dialog that asks for it; the right one opens the vault', async () => {
    await makeSealedSite(wizard, passphrase);
    const { page } = await wizard.open({ theme: 'dark', atStart: true });
    await page.getByRole('button', { name: 'Open Sealed plant' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.locator('input[type="password"]').fill('not the passphrase');
    await dialog.getByRole('button', { name: 'Unlock' }).click();
    await dialog.locator('.field-error').waitFor();
    assert.deepEqual(await violations(page), []);
    await dialog.locator('input[type="password"]').fill(passphrase);
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    await page.context().close();
  });

  test('a credential goes to the vault, a kubeconfig too; endpoints are filled in, saved and taken out', async () => {
    const { page, complaints } = await openPlant();
    await cell(page, 0, 'credential').getByRole('combobox').click();
    await page.getByTitle('+ New credential …').click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name of the entry').fill('site-ssh');
    await dialog.getByLabel('Password').last().fill('Zx9-Quartz-Heron');
    await dialog.getByRole('button', { name: 'Put into the vault' }).click();
    await dialog.waitFor({ state: 'hidden' });
    assert.ok((await wizard.client.vault.list({ site: 'plant' })).includes('site-ssh'));

    await page.getByRole('button', { name: 'Fill in: Kubernetes cluster' }).click();
    const upload = page.locator('#inventory-endpoints input[type="file"]');
    await upload.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('nothing') });
    await page.getByText('“notes.txt” is no kubeconfig').waitFor();
    const kubeconfig = 'apiVersion: v1\nclusters:\n- cluster:\n    server: https://10.20.0.11:6443\n  name: one\n';
    await upload.setInputFiles({ name: 'config', mimeType: 'text/plain', buffer: Buffer.from(kubeconfig) });
    await page.getByText('Stored in the vault as kubeconfig').waitFor();
    await page.getByRole('button', { name: 'Fill in: Database' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Errors: 3').waitFor();
    assert.equal((await wizard.client.site.show({ site: 'plant' })).kubernetes, undefined, 'the database has errors');
    await page.getByRole('button', { name: 'Remove: Database' }).click();
    await save(page);
    const saved = await wizard.client.site.show({ site: 'plant' });
    assert.deepEqual(saved.kubernetes, { kubeconfig: 'kubeconfig', server: 'https://10.20.0.11:6443' });
    assert.equal(saved.hosts[0]?.credential, 'site-ssh');
    assert.doesNotMatch(JSON.stringify(saved), /Quartz/);
    await page.getByRole('button', { name: 'Remove: Kubernetes cluster' }).click();
    await save(page);
    assert.equal((await wizard.client.site.show({ site: 'plant' })).kubernetes, undefined);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a connection is tested as it is typed: round trip and host key, or what the host refuses', async () => {
    const { page } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Site and inventory');
    await page.getByText('Practice site: addresses').waitFor();
    await page.getByRole('button', { name: 'Test all connections' }).click();
    await page.locator('.host-test', { hasText: 'connected' }).nth(2).waitFor();
    const words = await page.locator('.host-test').allTextContents();
    for (const line of words) assert.match(line, /connected.*round trip [\d.]+ ms.*SHA256:/);
    await cell(page, 0, 'user').locator('input').fill('nobody-here');
    assert.equal(await page.locator('.host-test').count(), 2, 'a result counts for the row that was tested');
    await page.getByRole('button', { name: 'Test the connection to app-01' }).click();
    await page.locator('.host-test', { hasText: 'not connected' }).waitFor();
    const { hosts } = await wizard.client.site.show({ site: practiceName });
    assert.equal(hosts[0]?.user, 'root', 'a test saves nothing');
    const closed = await wizard.client.site.testHost({ site: practiceName, host: { ...hosts[0]!, port: 1 } });
    assert.deepEqual([closed.ok, closed.error?.code], [false, 'ssh-unreachable']);
    const named = await wizard.client.site.testHost({ site: practiceName, host: hosts[0]!.name });
    assert.match(named.hostKey ?? '', /^SHA256:/);
    await page.context().close();
  });

  test('a stopped walk can be gone on with or given up; giving up asks, and Cancel is its default', async () => {
    await beginWalk(wizard);
    await wizard.client.walk.cancel({ site: practiceName });
    await endOfWalk(wizard);

    const { page, complaints } = await wizard.open({ theme: 'light', atStart: true });
    const card = page.locator('.site', { hasText: practiceName });
    assert.match((await card.textContent()) ?? '', /cancelled.*Stopped by hand in stage \d+ of 10/);
    assert.match((await card.textContent()) ?? '', /Started\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00/);
    for (const name of [/^Resume/, /^View/]) assert.equal(await card.getByRole('button', { name }).count(), 1);
    await card.getByRole('button', { name: /^Abandon/ }).click();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    assert.deepEqual(await violations(page), []);
    await page.keyboard.press('Enter');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
    assert.equal(await card.getByRole('button', { name: /^Resume/ }).count(), 1);

    await card.getByRole('button', { name: /^Abandon/ }).click();
    await page.getByRole('button', { name: 'Abandon the walk', exact: true }).click();
    await card.getByText('it is not resumed any more').waitFor();
    assert.equal(await card.getByRole('button', { name: /^Resume/ }).count(), 0);
    await card.getByRole('button', { name: /^View/ }).click();
    await page.locator('.rail').waitFor();
    assert.equal(await page.locator('footer').getByRole('button', { name: 'Resume' }).count(), 0);
    assert.equal((await wizard.client.walk.state({ site: practiceName })).abandoned, true);
    assert.equal((await wizard.client.journal.verify({ site: practiceName })).intact, true);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('a registry from the bundle is asked for with an address over TLS and a folder', async () => {
    const { page, complaints } = await openPlant();
    await page.getByRole('button', { name: 'Fill in: Registry' }).click();
    await page.getByLabel('Where it comes from').click();
    await page.getByTitle('From the bundle, started by the walk').click();
    const registry = page.locator('#inventory-endpoints .panel').first();
    assert.equal(await registry.getByLabel('Account').inputValue(), 'registry');
    await registry.getByLabel('Address', { exact: false }).fill('http://10.20.0.11:5000');
    await registry.getByLabel('Runs on host').click();
    await page.getByTitle('app-01', { exact: true }).last().click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await registry.getByText('a whole address is needed').waitFor();
    await registry.getByLabel('Address', { exact: false }).fill('https://10.20.0.11:5000');
    await save(page);
    assert.deepEqual((await wizard.client.site.show({ site: 'plant' })).registry, {
      ...{
        url: 'https://10.20.0.11:5000',
        prefix: '',
        user: 'registry',
        credential: 'registry',
        host: 'app-01',
        names: [],
      },
      managed: { dataFolder: '/var/lib/sitewright/registry' },
    });
    await page.getByRole('button', { name: 'Remove: Registry' }).click();
    await save(page);
    assert.equal((await wizard.client.site.show({ site: 'plant' })).registry, undefined);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('both pages have no violation of WCAG AA, light and dark, with errors shown', async () => {
    for (const theme of ['light', 'dark'] as const) {
      const { page } = await wizard.open({ theme, atStart: true });
      await page.locator('.site').first().waitFor();
      assert.deepEqual(await violations(page), [], `start, ${theme}`);
      await page.getByRole('button', { name: 'Open Plant one' }).click();
      await page.getByRole('button', { name: 'Add a host' }).click();
      await page.getByRole('button', { name: 'Fill in: Registry' }).click();
      await page.getByRole('button', { name: 'Save', exact: true }).click();
      await page.locator('.field-error').first().waitFor();
      assert.deepEqual(await violations(page), [], `inventory, ${theme}`);
      await page.context().close();
    }
  });
});
