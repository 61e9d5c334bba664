import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Wizard } from '../../e2e/window.ts';
import { practiceName } from '../../kit/practice-home.ts';
import { beginWalk, endOfWalk } from '../../kit/walks.ts';
import type { Camera } from '../camera.ts';
import { openPage } from '../moves.ts';

const engineProcess = fileURLToPath(new URL('../../fault/engine-process.ts', import.meta.url));

/** A walk that checks stop, and what can be done about it. */
export async function failedChecks(wizard: Wizard, camera: Camera): Promise<void> {
  if (!camera.wants('failed', 'failed-next', 'waiver', 'waiver-must-pass')) return;
  await wizard.practice.servers.faults({
    sections: {
      'app-01': { meminfo: 'MemTotal: 2097152 kB\nMemFree: 1048576 kB\nMemAvailable: 1048576 kB\nSwapTotal: 0 kB\n' },
      'app-02': { 'time-sync': 'NTPSynchronized=no\n', chrony: '' },
    },
  });
  await walkToEnd(wizard);
  const { page } = await wizard.open({ theme: 'light' });
  await openPage(page, 'environment');
  await camera.shoot(page, 'failed');
  await page.locator('footer > .ant-btn').last().click();
  await page.locator('.footer-why').waitFor();
  await camera.shoot(page, 'failed-next');
  await page.locator('.footer-why button').click();

  const waive = async (row: number, scene: string) => {
    await page.locator('.finding-actions').nth(row).getByRole('button').first().click();
    await page.getByRole('dialog').waitFor();
    await camera.shoot(page, scene);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  await waive(0, 'waiver-must-pass');
  const soft = page.locator('.finding', { hasText: 'time.synchronised' });
  if ((await soft.locator('.finding-detail').count()) === 0) await soft.locator('.finding-toggle').click();
  await soft.locator('.finding-actions').getByRole('button').first().click();
  await page.getByRole('dialog').waitFor();
  await page.locator('[role="dialog"] .ant-btn-primary').click();
  await camera.shoot(page, 'waiver');
  await page.context().close();
  await wizard.practice.servers.faults({});
}

/** A step that could not be carried out, with its error. */
export async function failedStep(wizard: Wizard, camera: Camera): Promise<void> {
  if (!camera.wants('error')) return;
  await wizard.practice.servers.database('stopped');
  await walkToEnd(wizard);
  const { page } = await wizard.open({ theme: 'light' });
  await page.waitForTimeout(500);
  await camera.shoot(page, 'error');
  await page.context().close();
  await wizard.practice.servers.database('started');
}

/** A walk whose program was killed, beside other sites. */
export async function interrupted(wizard: Wizard, camera: Camera): Promise<void> {
  if (!camera.wants('start-interrupted', 'start-abandon', 'stage-interrupted')) return;
  const { home, bundle } = wizard.practice;
  // The killed engine goes on with a run that was stopped at once, whatever became of the runs before it.
  await walkToEnd(wizard, () => wizard.client.walk.cancel({ site: practiceName }));
  const child = spawn(process.execPath, [engineProcess, home, bundle], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => {
    const progress = Number(/^progress (\S+)$/.exec(line)?.[1] ?? 0);
    if (progress >= 0.55) child.kill('SIGKILL');
  });
  await once(child, 'close');
  const { page } = await wizard.open({ theme: 'light', atStart: true });
  await page.locator('.site').first().waitFor();
  await camera.shoot(page, 'start-interrupted');
  await page.locator('.site-actions .ant-btn-text').first().click();
  await page.locator('.ant-modal-confirm').waitFor();
  await camera.shoot(page, 'start-abandon');
  await page.keyboard.press('Escape');
  await page.locator('.site-actions .ant-btn').nth(1).click();
  await page.locator('.rail').waitFor();
  await page.waitForTimeout(800);
  await camera.shoot(page, 'stage-interrupted');
  await page.context().close();
}

async function walkToEnd(wizard: Wizard, begun?: () => Promise<unknown>): Promise<void> {
  await beginWalk(wizard);
  await begun?.();
  await endOfWalk(wizard);
}
