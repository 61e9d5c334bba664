import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { goTo, openWizard, violations, type Wizard } from './window.ts';

const program = browserForTests();
if ('skipped' in program && process.env.SITEWRIGHT_E2E === '1') throw new Error(program.skipped);

const stages = [
  'Environment checks',
  'Dependency checks',
  'Certificates',
  'Images',
  'Infrastructure',
  'Configuration and services',
  'Data',
  'Verification',
];

describe('the stage pages', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
  });
  after(() => wizard?.close());

  test('a walk from Begin to its end is shown as it goes; Stop asks first, and Cancel is its default', async () => {
    const { page, complaints } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Site and inventory');
    const next = page.locator('footer').getByRole('button', { name: 'Next', exact: true });
    await goTo(page, 'Review and begin');
    await next.click();
    const why = page.locator('.footer-why');
    await why.waitFor();
    assert.match((await why.textContent()) ?? '', /has not begun/);
    assert.equal(await page.evaluate('document.activeElement?.className'), 'footer-why', 'the reason has the focus');

    await page.getByRole('button', { name: 'Begin', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Verification' }).waitFor({ timeout: 60_000 });
    await page.getByRole('button', { name: 'Stop here' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await page.waitForFunction(() => document.activeElement?.textContent === 'Cancel');
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'hidden' });
    const rail = page.locator('.rail button', { hasText: 'Verification' });
    assert.match((await rail.textContent()) ?? '', /running · \d+ %/);
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 60_000 });
    assert.deepEqual(complaints, [], 'nothing breaks the content security policy');
    await page.context().close();
  });

  test('states stand in the rail as words; failures come first, passes are folded, a command is copied', async () => {
    const { page, complaints } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Environment checks');
    const states = await page.locator('.rail small').allTextContents();
    assert.ok(
      states.every((words) => /^(done|waiting)/.test(words)),
      states.join(' | '),
    );
    assert.ok(states.some((words) => /warnings: \d/.test(words)));
    assert.equal(await page.locator('.rail [aria-current="step"]').count(), 1);

    const findings = page.getByRole('region', { name: 'Verdicts' });
    assert.match((await findings.locator('.finding').first().textContent()) ?? '', /warning/);
    assert.equal(await findings.locator('.finding', { hasText: 'passed' }).count(), 0);
    const fold = findings.getByRole('button', { name: /Show \d+ passed/ });
    assert.equal(await fold.getAttribute('aria-expanded'), 'false');
    await fold.click();
    assert.ok((await findings.locator('.finding').count()) > 150);
    await findings.getByRole('button', { name: 'Hide passed' }).click();

    await findings.getByRole('button', { name: /inotify instances/ }).click();
    const detail = findings.locator('.finding-detail');
    const words = (await detail.textContent()) ?? '';
    for (const part of ['Expected', 'at least 128', 'Found', 'Why', 'What to do'])
      assert.ok(words.includes(part), part);
    await detail.getByRole('button', { name: /Copy the command/ }).click();
    assert.equal(await page.evaluate('navigator.clipboard.readText()'), 'sysctl -w fs.inotify.max_user_instances=1024');
    await detail.getByRole('button', { name: /Evidence E-/ }).click();
    assert.match((await detail.locator('pre').textContent()) ?? '', /max_user_instances=128/);

    await page.locator('footer').getByRole('button', { name: 'Next', exact: true }).click();
    await page.getByRole('heading', { level: 2, name: 'Dependency checks' }).waitFor();
    assert.equal(await page.evaluate('document.activeElement?.className'), 'page-title');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  for (const theme of ['light', 'dark'] as const) {
    test(`no WCAG AA violation on any stage page, ${theme}`, async () => {
      const { page, complaints } = await wizard.open({ theme });
      for (const name of stages) {
        await goTo(page, name);
        await page.waitForTimeout(400);
        const toggles = page.locator('.finding-toggle[aria-expanded="false"]');
        while ((await toggles.count()) > 0) await toggles.first().click();
        const hidden = page.locator('main').getByRole('button', { name: 'Show', exact: true });
        while ((await hidden.count()) > 0) await hidden.first().click();
        const passed = page.getByRole('button', { name: /^Show \d+ passed/ });
        if ((await passed.count()) > 0) await passed.click();
        const log = page.getByRole('region', { name: 'Log', exact: true });
        if ((await log.locator('.log-lines').count()) === 0) await log.getByRole('button').first().click();
        assert.deepEqual(await violations(page), [], name);
      }
      await page.locator('.footer-progress').click();
      await page.getByRole('dialog').waitFor();
      await page.waitForTimeout(400);
      assert.deepEqual(await violations(page), [], 'overview');
      assert.deepEqual(complaints, []);
      await page.context().close();
    });
  }

  test('the log holds 100,000 lines: it follows, jumps, filters, stops when scrolled up', async (t) => {
    const lines = 100_000;
    const { page } = await wizard.open({
      theme: 'light',
      tell: {
        count: lines,
        event: (at) => ({
          type: 'log',
          at: new Date(Date.UTC(2026, 0, 1) + at * 10).toISOString(),
          level: (['debug', 'info', 'info', 'warn', 'error'] as const)[at % 5]!,
          target: `host-${at % 40}`,
          words: { 'zh-CN': `洪流的第 ${at} 行`, 'en-US': `line ${at} of the flood` },
        }),
      },
    });
    await goTo(page, 'Images');
    const log = page.getByRole('region', { name: 'Log', exact: true });
    await log.getByRole('button').first().click();
    await log.getByText('100,000 lines').waitFor({ timeout: 60_000 });
    await log.getByText(`line ${lines - 1} of the flood`).waitFor();
    assert.ok((await log.locator('.log-line').count()) < 100, 'only what is seen is drawn');

    const jumps = await page.evaluate<readonly number[]>(`(async () => {
      const box = document.querySelector('.log-lines');
      const times = [];
      for (const share of [0.5, 0.1, 0.9, 0.3, 0]) {
        const began = performance.now();
        const line = Math.floor((share * box.scrollHeight) / 20);
        box.scrollTop = line * 20;
        while (!box.textContent.includes('line ' + line + ' of')) await new Promise((resolve) => requestAnimationFrame(resolve));
        times.push(performance.now() - began);
      }
      return times;
    })()`);
    t.diagnostic(`jumps: ${jumps.map((time) => time.toFixed(0)).join(', ')} ms`);
    // How fast it is measures `npm run bench -- wizard`; a list that is drawn as a whole would take many seconds.
    assert.ok(Math.max(...jumps) < 2000, jumps.join(', '));
    const follow = log.getByRole('button', { name: 'Follow' });
    await follow.click();
    await log.getByText(`line ${lines - 1} of the flood`).waitFor();

    await log.getByRole('textbox').fill('host-7');
    await log.getByText('2,500 of 100,000 lines').waitFor();
    await log.getByRole('textbox').fill('line 4711 of');
    await log.getByText('1 of 100,000 lines').waitFor();
    const download = page.waitForEvent('download');
    await log.getByRole('button', { name: 'Export' }).click();
    const chunks: Buffer[] = [];
    for await (const chunk of await (await download).createReadStream()) chunks.push(chunk as Buffer);
    assert.match(
      Buffer.concat(chunks).toString('utf8'),
      /^2026-01-01 08:00:47 \+08:00 {2}info {2}host-31 {2}line 4711 of/,
    );
    await page.context().close();
  });

  test('five thousand findings open at once and stay quick to filter', async (t) => {
    const { page } = await wizard.open({
      theme: 'dark',
      tell: {
        count: 5000,
        event: (at) => {
          const same = (words: string) => ({ 'zh-CN': words, 'en-US': words });
          return {
            type: 'finding',
            finding: {
              check: `os.many-${at % 50}`,
              stage: 'environment',
              subject: `host-${String(Math.floor(at / 50)).padStart(3, '0')}`,
              title: same(`Check number ${at % 50}`),
              category: 'os',
              clause: '11.2',
              qualification: 'IQ',
              mustPass: at % 2 === 0,
              status: at % 3 === 0 ? 'failed' : 'passed',
              expected: same('yes'),
              actual: same(`no ${at}`),
              evidence: [],
              at: '2026-01-01T00:00:00.000Z',
              durationMs: 1,
            },
          };
        },
      },
    });
    const began = performance.now();
    await goTo(page, 'Environment checks');
    const findings = page.getByRole('region', { name: 'Verdicts' });
    await page.locator('.lead', { hasText: /verdicts: 52\d\d/ }).waitFor({ timeout: 60_000 });
    t.diagnostic(`all there after ${(performance.now() - began).toFixed(0)} ms`);
    assert.ok((await findings.locator('.finding').count()) < 2000);
    const asked = performance.now();
    await findings.getByRole('textbox').fill('no 4998');
    await findings.getByText(/^1 of 52\d\d shown/).waitFor();
    const took = performance.now() - asked;
    t.diagnostic(`filtered in ${took.toFixed(0)} ms`);
    assert.ok(took < 10_000, `${took}`);
    assert.equal(await findings.locator('.finding').count(), 1);
    await page.context().close();
  });

  test('a failure that must pass stands first, cannot be waived, blocks Next, and is mended by checking again', async () => {
    await wizard.practice.servers.faults({
      sections: {
        'app-01': {
          meminfo: 'MemTotal: 2097152 kB\nMemFree: 1048576 kB\nMemAvailable: 1048576 kB\nSwapTotal: 0 kB\n',
        },
        'app-02': { 'time-sync': 'NTPSynchronized=no\n', chrony: '' },
      },
    });
    await beginWalk(wizard);
    await endOfWalk(wizard);
    const { page, complaints } = await wizard.open({ theme: 'light' });
    await goTo(page, 'Environment checks');
    const rail = page.locator('.rail button', { hasText: 'Environment checks' });
    assert.match((await rail.textContent()) ?? '', /failed: \d/);
    const findings = page.getByRole('region', { name: 'Verdicts' });
    const first = findings.locator('.finding').first();
    assert.match((await first.textContent()) ?? '', /failed.*Memory.*must pass/);
    assert.equal(await first.locator('.finding-toggle').getAttribute('aria-expanded'), 'true');
    assert.deepEqual(await violations(page), []);

    await first.getByRole('button', { name: 'Waive …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('must pass and cannot be waived').waitFor();
    assert.equal(await dialog.getByRole('textbox').count(), 0);
    assert.deepEqual(await violations(page), []);
    await dialog.getByRole('button', { name: 'Close' }).last().click();
    await dialog.waitFor({ state: 'hidden' });

    await page.locator('footer').getByRole('button', { name: 'Next', exact: true }).click();
    const why = page.locator('.footer-why');
    await why.waitFor();
    assert.match((await why.textContent()) ?? '', /blocked.*Memory/);
    await why.getByRole('button', { name: 'Close' }).click();

    const soft = findings.locator('.finding', { hasText: 'time.synchronised' });
    if ((await soft.locator('.finding-toggle').getAttribute('aria-expanded')) === 'false') {
      await soft.locator('.finding-toggle').click();
    }
    await soft.getByRole('button', { name: 'Waive …' }).click();
    await dialog.getByRole('button', { name: 'Record the waiver' }).click();
    await dialog.getByText('must not be empty').nth(2).waitFor();
    assert.equal(await dialog.getByText('must not be empty').count(), 3);
    assert.equal(await page.evaluate('document.activeElement?.name'), 'reason');
    assert.deepEqual(await violations(page), []);
    await dialog.getByLabel('Reason').fill('Trial phase on a mended clock');
    await dialog.getByLabel('Approved by').fill('The customer');
    await dialog.getByLabel('Last day').fill('2099-12-31');
    await dialog.getByRole('button', { name: 'Record the waiver' }).click();
    await dialog.waitFor({ state: 'hidden' });
    const waivers = await wizard.client.waiver.list({ site: practiceName });
    assert.deepEqual(
      waivers.map(({ check, approver, subjects }) => ({ check, approver, subjects })),
      [{ check: 'time.synchronised', approver: 'The customer', subjects: ['app-02'] }],
    );

    await wizard.practice.servers.faults({});
    await first.getByRole('button', { name: 'Check this again' }).click();
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 90_000 });
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
