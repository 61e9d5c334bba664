import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Page } from 'playwright-core';
import { say } from '../../electron/contract/text.ts';
import type { WalkEvent } from '../../electron/contract/views.ts';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { goTo, openWizard, violations, type Wizard, wordsOf } from './window.ts';

const program = browserForTests();

/** Lets a test cut the page's line, and keep it cut: `cutLine(true)` until `cutLine(false)`. */
const cuttable = `(() => {
  let cut = false;
  const open = new Set();
  window.cutLine = (wanted) => {
    cut = wanted;
    if (cut) for (const socket of open) socket.close();
  };
  window.WebSocket = class extends WebSocket {
    constructor(...address) {
      super(...address);
      open.add(this);
      this.addEventListener('close', () => open.delete(this));
      if (cut) this.close();
    }
  };
})()`;

describe('a page whose line to the engine is lost', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
  });
  after(() => wizard?.close());

  const cut = (page: Page, wanted: boolean) => page.evaluate(`window.cutLine(${wanted})`);
  const lost = (page: Page) => page.getByText('The connection to the engine was lost');

  test('cut in the middle of a run, and over its end, it ends with the state, the verdicts and the log of the engine', {
    timeout: 180_000,
  }, async (t) => {
    const { client } = wizard;
    const { page } = await wizard.open({ theme: 'light', script: cuttable });
    await goTo(page, 'Review and begin');
    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.locator('.footer-progress', { hasText: 'running' }).waitFor();
    const told: WalkEvent[] = [];
    const place = { log: '', line: 0 };
    const running = (async () => {
      for await (const event of await client.walk.watch({ site: practiceName, after: place })) told.push(event);
    })();
    const moreThan = async (lines: number, part: (event: WalkEvent) => boolean) => {
      while (told.filter(part).length <= lines && told.at(-1)?.type !== 'end')
        await new Promise((resolve) => setTimeout(resolve, 20));
    };
    const logged = () => told.filter((event) => event.type === 'log').length;
    const stages = () => told.filter((event) => event.type === 'stage').length;

    // Each time some lines are written while nobody listens; the last cut lasts until the walk has ended.
    for (let cuts = 0; cuts < 3; cuts += 1) {
      await cut(page, true);
      await lost(page).waitFor();
      const [lines, ended] = [logged(), stages()];
      await moreThan(lines + 2, (event) => event.type === 'log');
      t.diagnostic(`cut ${cuts}: ${logged() - lines} lines and ${stages() - ended} stages ended meanwhile`);
      assert.ok(logged() > lines, 'nothing was missed');
      await cut(page, false);
      await lost(page).waitFor({ state: 'hidden' });
      await moreThan(stages(), (event) => event.type === 'stage');
    }
    await cut(page, true);
    await lost(page).waitFor();
    await running;
    const walk = await client.walk.state({ site: practiceName });
    assert.equal(walk.state, 'done');
    await cut(page, false);
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 30_000 });
    const findings = await client.check.list({ site: practiceName });
    for (const stage of walk.stages.filter(({ id }) => id !== 'inventory' && id !== 'acceptance')) {
      await goTo(page, say('en-US', stage.title));
      const own = findings.filter((finding) => finding.stage === stage.id);
      if (own.length > 0) await page.locator('.lead', { hasText: `verdicts: ${own.length}` }).waitFor();
      assert.match((await page.locator('.head-line .pill').textContent()) ?? '', /done/);
      assert.equal(await page.locator('.head-verdict').getByText('running').count(), 0);
    }
    const log = page.getByRole('region', { name: 'Log', exact: true });
    await log.getByRole('button').first().click();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      log.getByRole('button', { name: 'Export' }).click(),
    ]);
    const chunks: Buffer[] = [];
    for await (const chunk of await download.createReadStream()) chunks.push(chunk as Buffer);
    const shown = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
    const wanted = told.flatMap((event) => (event.type === 'log' ? [event] : []));
    assert.deepEqual(
      wanted.map((line) => line.place?.line),
      wanted.map((_, at) => at + 1),
    );
    assert.deepEqual(
      shown.map((line) => line.split('  ').slice(1).join('  ')),
      wanted.map(
        (line) => `${wordsOf('en-US')[`stage.log.level.${line.level}`]}  ${line.target}  ${say('en-US', line.words)}`,
      ),
    );
    await page.context().close();
  });

  for (const theme of ['light', 'dark'] as const)
    test(`a server that was started anew: an open page says what to do, and can still be read, ${theme}`, async () => {
      const { page } = await wizard.open({ theme });
      await goTo(page, 'Certificates');
      await wizard.serveAnew();
      const told = page.getByRole('alert').filter({ hasText: 'The program was started anew' });
      await told.waitFor({ timeout: 20_000 });
      assert.match((await told.textContent()) ?? '', /Open the address that the program showed at its last start/);
      assert.equal(await lost(page).count(), 0);
      await goTo(page, 'Environment checks');
      await page.getByRole('region', { name: 'Verdicts' }).waitFor();
      assert.deepEqual(await violations(page), []);
      const bare = await page.context().newPage();
      await bare.goto(`${new URL(page.url()).origin}/#wrong`);
      await bare.getByRole('alert').filter({ hasText: 'The program was started anew' }).waitFor();
      const again = await wizard.open({ theme });
      assert.equal(await again.page.getByRole('alert').filter({ hasText: 'started anew' }).count(), 0);
      await again.page.context().close();
      await page.context().close();
    });
});
