import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { tabTo } from './keyboard.ts';
import { goTo, openWizard, violations, type Wizard } from './window.ts';

const browser = browserForTests();

describe('the acceptance record is finished in the wizard', { skip: 'skipped' in browser && browser.skipped }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard((browser as { browser: string }).browser);
    await beginWalk(wizard);
    await endOfWalk(wizard);
  });
  after(() => wizard?.close());

  const preview = async (page: Page) =>
    page.evaluate<string>("document.querySelector('.acceptance-preview')?.shadowRoot?.textContent ?? ''");
  // Asked from here: the page's own policy lets nothing be evaluated in it.
  const previewed = async (page: Page, words: string) => {
    for (const limit = Date.now() + 20_000; !(await preview(page)).includes(words); await page.waitForTimeout(100))
      assert.ok(Date.now() < limit, `the preview does not say ${words}`);
  };

  test('a deviation gets an owner and a due day, is closed with its proof, and all of it is printed', async () => {
    const { page, complaints } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Acceptance report');
    const panel = page.getByRole('region', { name: 'Deviations and punch list' });
    await panel.getByRole('button', { name: /^Edit DV-01/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Owner').fill('Li Lei');
    await dialog.getByLabel('Due').fill('2020-01-01');
    await dialog.getByLabel('Closed on').fill('2026-01-01');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('The due day cannot be in the past.').waitFor();
    await dialog.getByText('Write what proves that it is closed.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.name'), 'due');
    await dialog.getByLabel('Due').fill('2099-01-31');
    await dialog.getByLabel('Closed by').fill('Limit raised on both hosts');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await panel.getByText('Li Lei').waitFor();
    await previewed(page, 'Limit raised on both hosts');
    const [first] = (await wizard.client.acceptance.show({ site: practiceName })).deviations;
    assert.deepEqual(first!.note, {
      level: first!.level,
      owner: 'Li Lei',
      due: '2099-01-31',
      closing: 'Limit raised on both hosts',
      closed: '2026-01-01',
    });
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('one is added, named without a title only after saying so, and withdrawn with a reason', async () => {
    const { page } = await wizard.open({ theme: 'dark' });
    await goTo(page, 'Acceptance report');
    const panel = page.getByRole('region', { name: 'Deviations and punch list' });
    await panel.getByRole('button', { name: 'Add a deviation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('This is needed.').waitFor();
    assert.equal(await page.evaluate('document.activeElement.name'), 'title');
    assert.deepEqual(await violations(page), []);
    await dialog.getByLabel('Title').fill('The room is too warm');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    const row = panel.getByRole('row', { name: /The room is too warm/ });
    await row.getByRole('button').click();
    await dialog.getByLabel('Withdrawn because').fill('measured again');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await panel.getByText('Withdrawn: measured again').waitFor();
    await page.context().close();
  });

  for (const theme of ['light', 'dark'] as const)
    test(`signers and handover are saved and printed; no violation of WCAG AA, ${theme}`, async () => {
      const { page, complaints } = await wizard.open({ theme });
      await goTo(page, 'Acceptance report');
      const panel = page.getByRole('region', { name: 'Signing and handover' });
      const save = panel.getByRole('button', { name: 'Save' });
      await panel.getByLabel('Customer: Name').waitFor();
      assert.equal(await save.isDisabled(), true);
      await panel.getByLabel('Customer: Name').fill(`Wang ${theme}`);
      await panel.getByLabel('Customer: Position').fill('Head of energy');
      await panel.getByRole('button', { name: 'Add a line' }).click();
      await panel
        .getByLabel(/: Topic$/)
        .last()
        .fill(`Operation ${theme}`);
      await panel
        .getByLabel(/: Handed over to$/)
        .last()
        .fill('Zhang');
      await save.click();
      await previewed(page, `Wang ${theme}`);
      assert.match(await preview(page), new RegExp(`Operation ${theme}`));
      assert.deepEqual(await violations(page), []);
      assert.deepEqual(complaints, []);
      await page.context().close();
    });

  test('what was typed and not saved outlives other pages and sites, by keyboard, and is discarded only when asked', async () => {
    const { page, complaints } = await wizard.open({ theme: 'light' });
    const panel = page.getByRole('region', { name: 'Signing and handover' });
    const customer = panel.getByLabel('Customer: Name');
    const topics = panel.getByLabel(/: Topic$/);
    await goTo(page, 'Acceptance report');
    await panel.getByText('Everything is saved').waitFor();
    const saved = await customer.inputValue();
    const lines = await topics.count();
    await customer.focus();
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Zhao Unsaved');
    await tabTo(page, /^Add a line$/);
    await page.keyboard.press('Enter');
    await topics.last().fill('Backup');
    await panel.getByText('Unsaved changes').waitFor();
    await panel.getByText('What is not saved is not in the report.').waitFor();
    assert.deepEqual(await violations(page), []);

    const kept = async () => {
      await panel.getByText('Unsaved changes').waitFor();
      assert.equal(await customer.inputValue(), 'Zhao Unsaved');
      assert.deepEqual([await topics.count(), await topics.last().inputValue()], [lines + 1, 'Backup']);
      assert.doesNotMatch(await preview(page), /Zhao Unsaved/);
    };
    await tabTo(page, /^Back$/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Verification' }).waitFor();
    await tabTo(page, /^Next$/);
    await page.keyboard.press('Enter');
    await kept();
    await page.getByRole('button', { name: 'All sites' }).click();
    await page.getByRole('button', { name: /^View .*practice site$/i }).click();
    await goTo(page, 'Acceptance report');
    await kept();

    await panel.getByRole('button', { name: 'Discard changes' }).press('Enter');
    await panel.getByText('Everything is saved').waitFor();
    assert.deepEqual([await customer.inputValue(), await topics.count()], [saved, lines]);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
