import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { say } from '../../electron/contract/text.ts';
import { stageIds } from '../../electron/contract/views.ts';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { overflowsWhenLonger, tabTo } from './keyboard.ts';
import { goTo, openWizard, violations, type Wizard } from './window.ts';

const program = browserForTests();
const everyPage = [
  'Site and inventory',
  'Review and begin',
  'Environment checks',
  'Dependency checks',
  'Certificates',
  'Images',
  'Infrastructure',
  'Configuration and services',
  'Data',
  'Verification',
  'Acceptance report',
];

describe('conventions of the wizard', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
  });
  after(() => wizard?.close());

  test('convention 2: later steps are locked, a click does not open them, Next says why', async () => {
    const { page } = await wizard.open({ theme: 'light' });
    const locked = page.locator('.rail button[aria-disabled="true"]');
    assert.equal(await locked.count(), stageIds.length - 1);
    await locked.first().click({ force: true });
    assert.match((await page.locator('.rail [aria-current="step"]').textContent()) ?? '', /Site and inventory|Review/);
    assert.match((await locked.first().textContent()) ?? '', /opens when the walk reaches it/);
    await page.context().close();
  });

  test('convention 7: nothing touches a host before Begin; the review lists each effect by host', async () => {
    const { page } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Review and begin');
    const load = page.getByRole('button', { name: 'Read the plan' });
    const begin = page.getByRole('button', { name: 'Begin', exact: true });
    await load.or(begin).first().waitFor();
    if (!(await begin.isVisible())) await load.click();
    await begin.waitFor();
    const plan = await wizard.client.plan.show({ site: practiceName, bundle: [wizard.practice.bundle] });
    const words = (await page.locator('main').textContent()) ?? '';
    const { hosts } = await wizard.client.site.show({ site: practiceName });
    for (const { name } of hosts) assert.ok(words.includes(name), name);
    const written = plan.stages.flatMap((stage) => stage.steps).filter((step) => step.mutates);
    assert.ok(written.length > 10);
    for (const effect of written.filter((step) => step.target === hosts[0]!.name).flatMap((step) => step.effects))
      assert.ok(words.includes(say('en-US', effect)), say('en-US', effect));
    const rows = await wizard.client.journal.list({ site: practiceName });
    assert.deepEqual(
      rows.filter((row) => row.kind === 'intent' || row.kind === 'apply'),
      [],
      'no step was begun by looking',
    );
    await page.context().close();
  });

  test('convention 18: from the start page to the exported report by keyboard alone', {
    timeout: 180_000,
  }, async () => {
    const { page, complaints } = await wizard.open({ theme: 'light', atStart: true });
    await tabTo(page, /^(Open|View) .*practice site$/i);
    await page.keyboard.press('Enter');
    await page.locator('.rail').waitFor();
    await tabTo(page, /2\. Review and begin/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Review and begin' }).waitFor();
    await tabTo(page, /^(Read the plan|Begin)$/);
    if ((await page.evaluate('document.activeElement.textContent')) === 'Read the plan') {
      await page.keyboard.press('Space');
      await tabTo(page, /^Begin$/);
    }
    await page.keyboard.press('Enter');
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 120_000 });
    // A failure or a warning is opened and closed where it stands.
    await tabTo(page, /3\. Environment checks/);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: 'Environment checks' }).waitFor();
    await tabTo(page, /inotify instances/);
    await page.keyboard.press('Enter');
    await page.locator('.finding-detail').first().waitFor();
    await tabTo(page, /11\. Acceptance report/);
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Export JSON' }).waitFor({ timeout: 60_000 });
    await tabTo(page, /^Export JSON$/);
    const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
    assert.match(download.suggestedFilename(), /\.json$/);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  for (const theme of ['light', 'dark'] as const) {
    test(`convention 18: no violation of WCAG AA on start, review, report and overview, ${theme}`, async () => {
      const { page } = await wizard.open({ theme, atStart: true });
      assert.deepEqual(await violations(page), [], 'start');
      await page.context().close();
      const opened = await wizard.open({ theme });
      for (const name of ['Review and begin', 'Acceptance report']) {
        await goTo(opened.page, name);
        await opened.page.waitForTimeout(1500);
        assert.deepEqual(await violations(opened.page), [], name);
      }
      await opened.page.context().close();
    });
  }

  test('convention 19: every page holds texts that are 40 % longer', async () => {
    const { page } = await wizard.open({ theme: 'light' });
    const found: string[] = [];
    for (const name of everyPage) {
      await goTo(page, name);
      await page.waitForTimeout(500);
      found.push(...(await overflowsWhenLonger(page)).map((place) => `${name}: ${place}`));
      // What was lengthened is drawn anew before the next page.
      await page.reload();
      await page.locator('.rail, main').first().waitFor();
      if (!(await page.locator('.rail').isVisible())) {
        await page
          .locator('main')
          .getByRole('button', { name: /^(Open|View) .*practice site$/i })
          .first()
          .click();
        await page.locator('.rail').waitFor();
      }
    }
    assert.deepEqual(found, []);
    await page.context().close();
  });

  test('convention 19: a switch of the language changes every page and no place', async () => {
    const { page } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Verification');
    await page.getByRole('combobox', { name: 'Language' }).click();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 2, name: /验证/ }).waitFor();
    const rail = await page.locator('.rail button').allTextContents();
    for (const words of rail) assert.match(words, /[\u4e00-\u9fff]/, words);
    await page.context().close();
  });
});
