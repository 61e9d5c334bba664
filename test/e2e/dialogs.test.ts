import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { locales, say, text } from '../../electron/contract/text.ts';
import type { WalkView } from '../../electron/contract/views.ts';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { makeSealedSite } from './sealed-site.ts';
import { openWizard, tell, tellLater, violations, type Wizard, wordsOf } from './window.ts';

const program = browserForTests();
const passphrase = 'granite otter velvet 42';
const both = (words: string) => ({ 'zh-CN': words, 'en-US': words });

describe('dialogs and errors', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  let failed: WalkView;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
    const { client } = wizard;
    await beginWalk(wizard);
    await client.walk.cancel({ site: practiceName });
    const walk = await endOfWalk(wizard);
    const [step] = walk.stages[1]!.steps;
    const part = (name: 'message' | 'cause' | 'next') => text(`error.ssh-unreachable.${name}`, { host: 'app-01' });
    failed = {
      ...walk,
      state: 'failed',
      stage: 2,
      stages: walk.stages.map((stage) =>
        stage.id === 'environment'
          ? {
              ...stage,
              state: 'failed',
              steps: stage.steps.map((known) =>
                known === step
                  ? {
                      ...known,
                      state: 'failed',
                      error: {
                        code: 'ssh-unreachable',
                        message: part('message'),
                        cause: part('cause'),
                        next: part('next'),
                        detail: 'ECONNREFUSED',
                      },
                    }
                  : known,
              ),
            }
          : stage,
      ),
    };
    await makeSealedSite(wizard, passphrase);
  });
  after(() => wizard?.close());

  for (const theme of ['light', 'dark'] as const)
    for (const locale of locales)
      test(`convention 18: no violation of WCAG AA on dialogs and errors, ${theme}, ${locale}`, async () => {
        const words = wordsOf(locale);
        const start = await wizard.open({ theme, locale, atStart: true });
        const dialog = start.page.getByRole('dialog');
        await start.page.getByRole('button', { name: words['start.new'] }).click();
        // The window asks for stillness: the dialog is there at once.
        await dialog.waitFor();
        assert.deepEqual(
          await start.page.evaluate(() =>
            document
              .getAnimations()
              .map((one) => [
                (one as CSSTransition).transitionProperty ?? (one as CSSAnimation).animationName,
                Number(one.effect?.getComputedTiming().duration),
              ]),
          ),
          [],
        );
        await dialog.getByRole('button', { name: words['start.create'] }).click();
        assert.equal(await dialog.locator('.field-error').count(), 3);
        assert.deepEqual(await violations(start.page), [], 'new site');
        await start.page.keyboard.press('Escape');
        await dialog.waitFor({ state: 'hidden' });

        await start.page
          .getByRole('button', { name: words['start.open.of'].replace('{title}', 'Sealed plant') })
          .click();
        await dialog.locator('input[type="password"]').waitFor();
        assert.deepEqual(await violations(start.page), [], 'unlock');
        await dialog.locator('input[type="password"]').fill('not the passphrase');
        await dialog.getByRole('button', { name: words['app.unlock'] }).click();
        await dialog.locator('.field-error').waitFor();
        assert.deepEqual(await violations(start.page), [], 'unlock, wrong passphrase');
        await start.page.context().close();

        const { page } = await wizard.open({ theme, locale, tell: tellLater });
        const finding = {
          check: 'told.soft',
          stage: 'environment' as const,
          subject: 'app-01',
          title: both('Told'),
          category: 'os',
          clause: '11.2',
          qualification: 'IQ' as const,
          mustPass: false,
          status: 'failed' as const,
          expected: both('yes'),
          actual: both('no'),
          evidence: [],
          at: '2026-01-01T00:00:00.000Z',
          durationMs: 1,
        };
        await tell(page, { type: 'snapshot', walk: failed }, { type: 'finding', finding });
        await page.locator('.rail button').nth(2).click();
        await page.getByRole('heading', { level: 2, name: say(locale, text('run.stage.environment')) }).waitFor();
        await page.locator('.step [role="alert"] summary').click();
        await page.locator('footer').getByRole('button', { name: words['app.next'], exact: true }).click();
        await page
          .locator('.footer-why', { hasText: say(locale, text('error.ssh-unreachable.next', { host: 'app-01' })) })
          .waitFor();
        assert.deepEqual(await violations(page), [], 'a failed step, and why Next does not go on');
        const row = page.locator('.finding', { hasText: 'told.soft' });
        if ((await row.locator('.finding-detail').count()) === 0) await row.locator('.finding-toggle').click();
        await row.getByRole('button', { name: words['stage.waive'] }).click();
        const waiver = page.getByRole('dialog');
        await waiver.getByRole('button', { name: words['stage.waive.do'] }).click();
        await waiver.getByText(words['stage.waive.empty']).nth(2).waitFor();
        assert.deepEqual(await violations(page), [], 'waiver');
        await page.keyboard.press('Escape');
        await waiver.waitFor({ state: 'hidden' });
        const mender = words['app.step.inventory'];
        await page
          .locator('.step [role="alert"]')
          .getByRole('button', { name: words['stage.go-to'].replace('{page}', mender) })
          .press('Enter');
        await page.getByRole('heading', { level: 2, name: mender }).waitFor();

        await page.locator('.rail button').nth(1).click();
        await page.getByLabel(words['review.bundle.folder']).fill('/nowhere/at-all');
        await page.getByRole('button', { name: words['review.load'] }).click();
        await page.locator('main > [role="alert"]').waitFor();
        assert.deepEqual(await violations(page), [], 'a failed call');
        await page.context().close();
      });
});
