import type { Page } from 'playwright-core';
import type { Wizard } from '../../e2e/window.ts';
import type { Camera } from '../camera.ts';
import { openPage } from '../moves.ts';

const wrongFile = [
  'name,address,port,user,credential,roles,become',
  'App 1,10.20.0.11,22,root,ssh,worker,root',
  'app-02,,70000,deploy,ssh,king,sudo-password',
  'app-02,10.20.0.13,22,root,ssh,database registry,root',
  'data-02,10.20.0.14,22,root,ssh,database,root',
].join('\n');

/** The inventory as it is filled in, with a registry from the bundle, with cells that are wrong, with an import, and with tested connections. */
export async function inventory(wizard: Wizard, camera: Camera): Promise<void> {
  if (
    !camera.wants(
      'inventory',
      'inventory-hosts',
      'inventory-errors',
      'inventory-import',
      'inventory-tested',
      'inventory-registry',
    )
  )
    return;
  const { page } = await wizard.open({ theme: 'light' });
  await openPage(page, 'inventory');
  await camera.shoot(page, 'inventory');
  await toHosts(page);
  await camera.shoot(page, 'inventory-hosts');

  await page.locator('#inventory-hosts .panel-extra button').nth(2).click();
  await page.locator('.host-test').nth(2).waitFor();
  await page.waitForTimeout(1500);
  await toHosts(page);
  await camera.shoot(page, 'inventory-tested');

  const source = page.locator('#inventory-endpoints .panel').first().getByRole('combobox').first();
  await source.click();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.evaluate(`document.getElementById('inventory-endpoints').scrollIntoView({ block: 'start' })`);
  await camera.shoot(page, 'inventory-registry');

  await page.locator('#inventory-add').click();
  await page.keyboard.type('Node 9');
  const rows = page.locator('table.hosts > tbody');
  await rows.last().locator('[data-column="port"] input').fill('99999');
  await page.locator('.save-bar .ant-btn-primary').click();
  await toHosts(page);
  await camera.shoot(page, 'inventory-errors');

  await page.locator('#inventory-hosts .panel-extra button').nth(1).click();
  const dialog = page.getByRole('dialog');
  await dialog
    .locator('input[type="file"]')
    .setInputFiles({ name: 'hosts.csv', mimeType: 'text/csv', buffer: Buffer.from(wrongFile) });
  await dialog.locator('.import-wrong').first().waitFor();
  await camera.shoot(page, 'inventory-import');
  await page.context().close();
}

async function toHosts(page: Page): Promise<void> {
  await page.evaluate(`document.getElementById('inventory-hosts').scrollIntoView({ block: 'start' })`);
}
