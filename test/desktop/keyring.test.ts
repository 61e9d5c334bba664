import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { clientThrough, type DesktopRoom, openDesktopRoom } from '../kit/desktop.ts';
import { type Desktop, startDesktop } from '../kit/electron.ts';

const passphrase = 'granite otter velvet 42';
const room = await openDesktopRoom();
const skip = 'skipped' in room ? room.skipped : false;
let desktop: Desktop | undefined;

after(async () => {
  await desktop?.close();
  if (!('skipped' in room)) room.close();
});

/** Starts the shell in English, with a keyring. */
async function start(): Promise<Desktop> {
  await desktop?.close();
  const { runtime, display, home } = room as DesktopRoom;
  const keyring = fileURLToPath(new URL('../kit/electron-keyring.cjs', import.meta.url));
  desktop = await startDesktop({ runtime: { ...runtime, before: [...runtime.before, keyring] }, display, home });
  await desktop.page.evaluate("localStorage.setItem('sitewright.locale', 'en-US')");
  await desktop.page.reload();
  return desktop;
}

test('a passphrase that the keyring keeps opens the vault after a new start, until it is forgotten', {
  skip,
  timeout: 120_000,
}, async () => {
  const { home } = room as DesktopRoom;
  const file = join(home, 'desktop', 'keyring.json');
  let { page } = await start();
  await page.getByRole('button', { name: 'New site' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Title of the site').fill('Plant one');
  await dialog.getByLabel('Name of the site').fill('plant');
  await dialog.getByLabel('Passphrase of the vault').fill(passphrase);
  await dialog.getByLabel('The same passphrase again').fill(passphrase);
  await dialog.getByText('The passphrase is stored nowhere.').waitFor();
  const keep = dialog.getByRole('checkbox', { name: "Keep the passphrase in this machine's keyring" });
  assert.equal(await keep.isChecked(), false);
  await keep.check();
  await dialog.getByText('The keyring of this machine is no copy').waitFor();
  await dialog.getByRole('button', { name: 'Make the site' }).click();
  await page.getByRole('heading', { level: 2, name: 'Site and inventory' }).waitFor();
  for (let left = 50; left > 0 && !existsSync(file); left -= 1) await page.waitForTimeout(100);
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>;
  assert.deepEqual(Object.keys(kept), ['plant']);
  assert.ok(!JSON.stringify(kept).includes(passphrase) && !atob(kept.plant!).includes(passphrase));

  ({ page } = await start());
  let client = await clientThrough(page);
  assert.deepEqual(await client.vault.list({ site: 'plant' }), ['audit/key']);
  await page.reload();
  const forget = page.getByRole('button', { name: "Take the passphrase of Plant one out of this machine's keyring" });
  await forget.waitFor();
  await forget.click();
  await forget.waitFor({ state: 'detached' });
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {});

  ({ page } = await start());
  client = await clientThrough(page);
  await assert.rejects(client.vault.list({ site: 'plant' }), (error: { data?: { code?: string } }) => {
    assert.equal(error.data?.code, 'vault-locked');
    return true;
  });
});

test('a wrong passphrase is never kept, and a kept one that does not fit any more is asked for again', {
  skip,
  timeout: 120_000,
}, async () => {
  const { home } = room as DesktopRoom;
  const file = join(home, 'desktop', 'keyring.json');
  let { page } = await start();
  const unlock = async (words: string) => {
    await page.getByRole('dialog').locator('input[type="password"]').fill(words);
    await page.getByRole('dialog').getByRole('checkbox').check();
    await page.getByRole('dialog').getByRole('button', { name: 'Unlock' }).click();
  };
  await page.getByRole('button', { name: 'Open Plant one' }).click();
  await page.getByRole('dialog').waitFor();
  await unlock('not the passphrase');
  await page
    .getByText(/does not open the vault/)
    .first()
    .waitFor();
  assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {});

  // As if the vault had been replaced since: the keyring's entry is of another one.
  await page.evaluate(() =>
    globalThis.sitewright.call('rememberPassphrase', { site: 'plant', passphrase: 'of an earlier vault' }),
  );
  ({ page } = await start());
  await page.getByRole('button', { name: 'Open Plant one' }).click();
  await unlock(passphrase);
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  ({ page } = await start());
  assert.deepEqual(await (await clientThrough(page)).vault.list({ site: 'plant' }), ['audit/key']);
});
