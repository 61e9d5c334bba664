import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { practiceName } from '../../electron/engine/practice-site.ts';
import { removePractice } from '../../electron/practice/launch.ts';
import { clientThrough, type DesktopRoom, openDesktopRoom } from '../kit/desktop.ts';
import type { Desktop } from '../kit/electron.ts';
import { walkOf } from '../kit/walks.ts';

const sample = fileURLToPath(new URL('../../bundles/energy', import.meta.url));
const room = await openDesktopRoom();
const skip = 'skipped' in room ? room.skipped : false;
let desktop: Desktop | undefined;

after(async () => {
  await desktop?.close();
  if ('skipped' in room) return;
  await removePractice(join(room.home, 'practice'));
  room.close();
});

/** Ids of the processes whose parent is this one and whose command line has these words. */
function childrenOf(parent: number, words: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const [, after] = readFileSync(`/proc/${name}/stat`, 'utf8').split(') ');
        const line = readFileSync(`/proc/${name}/cmdline`, 'utf8');
        return Number(after?.split(' ')[1]) === parent && line.includes(words) ? [Number(name)] : [];
      } catch {
        return [];
      }
    });
}

test('the practice walk, from the window to the printed report', { skip, timeout: 300_000 }, async (t) => {
  const { home, start } = room as DesktopRoom;
  // A browser of the machine would print too: the shell has to.
  process.env.SITEWRIGHT_BROWSER = join(home, 'no-browser');
  desktop = await start();
  const { page, app } = desktop;
  await page.evaluate("localStorage.setItem('sitewright.locale', 'en-US')");
  let client = await clientThrough(page);
  assert.equal((await client.info()).home, home);
  const engine = childrenOf(app.process().pid!, 'engine-host');
  if (process.platform === 'linux') assert.equal(engine.length, 1, 'the engine is a process of its own');

  const bundle = join(home, 'bundles', 'practice');
  await Promise.all([client.bundle.build({ source: sample, out: bundle }), client.practice.open({})]);
  await page.reload();
  client = await clientThrough(page);

  await page
    .getByRole('button', { name: /Practice site/ })
    .first()
    .click();
  await page.getByRole('navigation').getByText('Review and begin').click();
  const begin = page.getByRole('button', { name: /^Begin/ }).last();
  const load = page.getByRole('button', { name: 'Read the plan' });
  await load.waitFor();
  if (!(await begin.isVisible())) await load.click();
  await begin.click();
  let walk = await walkOf(client, practiceName);
  assert.equal(walk.state, 'running');

  // While the run is at work, the machine stays awake and closing asks; to stay is the default.
  const asked = await app.evaluate(async ({ BrowserWindow, dialog, powerSaveBlocker }) => {
    const questions: { defaultId?: number; cancelId?: number; buttons?: readonly string[] }[] = [];
    Object.assign(dialog, {
      showMessageBox: async (_window: unknown, question: (typeof questions)[0]) => {
        questions.push(question);
        return { response: 0 };
      },
    });
    const [window] = BrowserWindow.getAllWindows();
    window!.close();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    return {
      open: !window!.isDestroyed(),
      questions,
      awake: [0, 1, 2, 3].some((id) => powerSaveBlocker.isStarted(id)),
    };
  });
  assert.equal(asked.open, true);
  assert.equal(asked.awake, true);
  assert.deepEqual([asked.questions.length, asked.questions[0]?.defaultId, asked.questions[0]?.cancelId], [1, 0, 0]);
  assert.deepEqual(asked.questions[0]?.buttons, ['Stay', 'Cancel the run and close']);

  walk = await walkOf(client, practiceName, 'over');
  assert.equal(walk.state, 'done', JSON.stringify(walk.error ?? walk.stages.map((stage) => [stage.id, stage.state])));
  await page
    .getByRole('navigation')
    .getByText(/report|Acceptance/i)
    .last()
    .click();
  await page.getByRole('heading', { level: 2 }).first().waitFor();

  const report = await client.report.make({ site: practiceName });
  assert.equal(report.conclusion, 'passed');
  assert.deepEqual(report.skipped, []);
  const pdfs = report.files.filter((file) => file.format === 'pdf');
  assert.deepEqual(pdfs.map((file) => file.locale).sort(), ['en-US', 'zh-CN']);
  const version = await app.evaluate(() => process.versions.chrome!.split('.')[0]!);
  for (const { path } of pdfs) {
    const content = readFileSync(path);
    assert.equal(content.subarray(0, 5).toString(), '%PDF-');
    assert.ok(content.length > 100_000, `${path}: ${content.length} bytes`);
    assert.match(content.toString('latin1'), new RegExp(`Skia/PDF m${version}`));
  }
  t.diagnostic(`PDF: ${pdfs.map((file) => `${file.locale} ${readFileSync(file.path).length}`).join(', ')} bytes`);
});

test('an engine that dies is started again, and the window finds it; a page that dies is loaded again', {
  skip,
  timeout: 120_000,
}, async (t) => {
  if (process.platform !== 'linux') return t.skip('processes are found by /proc');
  const { page, app } = desktop!;
  const shell = app.process().pid!;
  const [first] = childrenOf(shell, 'engine-host');
  process.kill(first!, 'SIGKILL');
  const limit = Date.now() + 20_000;
  let again: number | undefined;
  while (again === undefined && Date.now() < limit) {
    await page.waitForTimeout(100);
    again = childrenOf(shell, 'engine-host').find((id) => id !== first);
  }
  assert.ok(again !== undefined, 'no engine was started again');
  await page.getByText('The connection to the engine was lost').waitFor({ state: 'detached', timeout: 15_000 });
  const client = await clientThrough(page);
  assert.deepEqual(
    (await client.site.list()).map((site) => site.lastRun?.state),
    ['done'],
  );

  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.forcefullyCrashRenderer());
  let title: unknown;
  while (title !== true && Date.now() < limit + 20_000) {
    await new Promise((resolve) => setTimeout(resolve, 300));
    // A page that is gone does not answer at all.
    title = await app
      .evaluate(({ BrowserWindow }) => {
        const { webContents } = BrowserWindow.getAllWindows()[0]!;
        const asked = webContents.executeJavaScript("document.querySelector('header') !== null");
        return Promise.race([asked, new Promise((resolve) => setTimeout(resolve, 1000))]);
      })
      .catch(() => undefined);
  }
  assert.equal(title, true, 'the page did not come back');
});

test('closing ends the engine and the practice servers', { skip, timeout: 60_000 }, async () => {
  const shell = desktop!.app.process();
  const children = process.platform === 'linux' ? childrenOf(shell.pid!, 'engine-host') : [];
  await desktop!.close();
  desktop = undefined;
  for (const id of children) assert.ok(!existsSync(`/proc/${id}`), `process ${id} is still there`);
});
