import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { say } from '../../electron/contract/text.ts';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { goTo, openWizard, violations, type Wizard } from './window.ts';

const browser = browserForTests();

describe('a push is paused and gone on with in the wizard', { skip: 'skipped' in browser && browser.skipped }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard((browser as { browser: string }).browser, { ballast: { api: 8_000_000 } });
  });
  after(() => wizard?.close());

  const walk = () => wizard.client.walk.state({ site: practiceName });

  test('Pause ends it between two requests, says so after a reload, too, and Resume sends the rest only', async () => {
    await wizard.practice.servers.faults({ registryBytesPerSecond: 1_000_000 });
    await beginWalk(wizard);
    const { page, complaints } = await wizard.open({ theme: 'light' });
    const pushing = async () =>
      (await walk()).stages.flatMap(({ steps }) => steps).find(({ id }) => id === 'images/push/registry')!;
    for (const limit = Date.now() + 60_000; ((await pushing()).transfer?.done ?? 0) < 2_000_000; ) {
      assert.ok(Date.now() < limit, JSON.stringify(await pushing()));
      await page.waitForTimeout(100);
    }
    await page.getByRole('button', { name: 'Pause' }).click();
    const progress = page.locator('.footer-progress', { hasText: 'paused' });
    await progress.waitFor({ timeout: 20_000 });
    const stopped = await walk();
    assert.deepEqual([stopped.state, stopped.error?.code], ['cancelled', 'paused']);
    assert.equal((await pushing()).state, 'cancelled');
    await page.reload();
    const card = page.locator('.site', { hasText: practiceName });
    await card.locator('.pill', { hasText: 'paused' }).waitFor();
    const { title, lastRun } = (await wizard.client.site.list()).find((site) => site.name === practiceName)!;
    const words = ((await card.textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(words, /paused ?Paused in stage \d+ of 10, “Images”; it can be resumed/);
    assert.match(words, /Last finished step\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00/);
    assert.ok(words.includes(say('en-US', lastRun!.lastStep!.effect!)));
    assert.doesNotMatch(words, /by hand|cancelled/);
    await card.getByRole('button', { name: `Resume the walk of ${title}`, exact: true }).waitFor();
    assert.deepEqual(await violations(page), []);
    await page.context().close();

    const again = await wizard.open({ theme: 'dark' });
    await goTo(again.page, 'Images');
    await again.page.locator('.footer-progress', { hasText: 'paused' }).waitFor();
    await wizard.practice.servers.faults({});
    await again.page.getByRole('button', { name: 'Resume' }).click();
    const images = async () => (await walk()).stages.find(({ id }) => id === 'images')!.state;
    for (const limit = Date.now() + 60_000; (await images()) !== 'done' && Date.now() < limit; )
      await again.page.waitForTimeout(200);
    assert.equal(await images(), 'done');
    const { attempts, state } = await pushing();
    assert.deepEqual([attempts, state], [2, 'done']);
    await wizard.client.walk.cancel({ site: practiceName });
    assert.equal((await endOfWalk(wizard)).state, 'cancelled');
    assert.deepEqual([...complaints, ...again.complaints], []);
    await again.page.context().close();
  });
});
