import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { say } from '../../electron/contract/text.ts';
import { browserForTests } from '../kit/browser.ts';
import { practiceName } from '../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../kit/walks.ts';
import { goTo, openWizard, type Wizard } from './window.ts';

const program = browserForTests();
const engineProcess = fileURLToPath(new URL('../fault/engine-process.ts', import.meta.url));

describe('walks that were cut', { skip: 'skipped' in program ? program.skipped : false }, () => {
  let wizard: Wizard;
  before(async () => {
    wizard = await openWizard('browser' in program ? program.browser : '');
  });
  after(() => wizard?.close());

  test('convention 17: a partial success is nowhere called done; a retry repeats only what failed', {
    timeout: 180_000,
  }, async () => {
    const { client, practice } = wizard;
    await beginWalk(wizard);
    for await (const event of await client.walk.watch({ site: practiceName })) {
      if (event.type === 'stage' && event.stage.id === 'dependencies')
        await practice.servers.faults({ diskFull: { 'app-02': 0 } });
      if (event.type === 'end') break;
    }
    const before = await client.walk.state({ site: practiceName });
    assert.equal(before.state, 'failed');
    const stage = before.stages[before.stage - 1]!;
    const finished = before.stages.flatMap((one) => one.steps).filter((step) => step.state === 'done');
    const failed = stage.steps.filter((step) => step.state === 'failed');
    assert.ok(failed.length > 0 && stage.steps.some((step) => step.state === 'done'), 'a partial success');

    const { page, complaints } = await wizard.open({ theme: 'light', atStart: true });
    const card = page.locator('.site', { hasText: practiceName });
    assert.match((await card.textContent()) ?? '', /✗ failed.*a step failed/);
    assert.doesNotMatch((await card.textContent()) ?? '', /\b(done|completed?)\b/i);
    await card.getByRole('button', { name: /^View/ }).click();
    await goTo(page, say('en-US', stage.title));
    const title = page.locator('.rail [aria-current="step"] small');
    assert.match((await title.textContent()) ?? '', /^failed/);
    assert.match((await page.locator('.head-line').textContent()) ?? '', /✗ failed.*could not be carried out/);
    assert.match((await page.locator('.footer-progress').textContent()) ?? '', /^failed \d\d? %/);
    await page.locator('.footer-progress').click();
    assert.match((await page.getByRole('dialog').locator('.pill').first().textContent()) ?? '', /failed/);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });

    await practice.servers.faults({});
    await page.getByRole('button', { name: 'Retry only what is not done' }).first().click();
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 90_000 });
    const after = (await client.walk.state({ site: practiceName })).stages.flatMap((one) => one.steps);
    const attempts = (id: string) => after.find((step) => step.id === id)!.attempts;
    for (const step of failed) assert.equal(attempts(step.id), step.attempts + 1, step.id);
    for (const step of finished) assert.equal(attempts(step.id), step.attempts, `${step.id} was not repeated`);
    assert.deepEqual(complaints, []);
    await page.context().close();
  });

  test('convention 16: an engine killed in mid-run; the page offers Resume, View and Abandon, with date and last step', {
    timeout: 180_000,
  }, async () => {
    const { client } = wizard;
    const { home, bundle } = wizard.practice;
    // The process goes on with a run that was stopped at once.
    await beginWalk(wizard);
    await client.walk.cancel({ site: practiceName });
    await endOfWalk(wizard);
    const { page, complaints } = await wizard.open({ theme: 'light', atStart: true });
    const child = spawn(process.execPath, [engineProcess, home, bundle], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (Number(/^progress (\S+)$/.exec(line)?.[1] ?? 0) >= 0.3) child.kill('SIGKILL');
    });
    const [, signal] = await once(child, 'close');
    assert.equal(signal, 'SIGKILL', 'it was killed before its end');
    await page.reload();

    const card = page.locator('.site', { hasText: practiceName });
    await card.getByText('interrupted', { exact: false }).first().waitFor();
    const { lastRun } = (await client.site.list()).find((site) => site.name === practiceName)!;
    assert.equal(lastRun?.state, 'interrupted');
    const words = ((await card.textContent()) ?? '').replace(/\s+/g, ' ');
    assert.match(words, /Interrupted in stage \d+ of 10/);
    assert.match(words, /Started\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00/);
    assert.match(words, /Last finished step\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+08:00/);
    assert.ok(words.includes(lastRun.lastStep!.target));
    assert.ok(words.includes(say('en-US', lastRun.lastStep!.effect!)));
    for (const name of [/^Resume/, /^View/, /^Abandon/])
      assert.equal(await card.getByRole('button', { name }).count(), 1, String(name));

    await card.getByRole('button', { name: /^Resume/ }).click();
    await page.locator('.footer-progress', { hasText: /done 100 %/ }).waitFor({ timeout: 90_000 });
    const walk = await client.walk.state({ site: practiceName });
    assert.equal(walk.state, 'done');
    assert.deepEqual(complaints, []);
    await page.context().close();
  });
});
