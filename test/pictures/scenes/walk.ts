import { type StageId, stageIds } from '../../../electron/contract/views.ts';
import type { Wizard } from '../../e2e/window.ts';
import type { Camera } from '../camera.ts';
import { openPage } from '../moves.ts';
import { type Moment, standAt, standstill } from '../standstill.ts';

/** Where each stage is photographed while it runs; the first is over before a window hears of it. */
const moments: Readonly<Partial<Record<StageId, Omit<Moment, 'stage'>>>> = {
  environment: { share: 0 },
  dependencies: { share: 0.3 },
  certificates: { share: 0.4 },
  images: { share: 0.2, moving: 0.8 },
  infrastructure: { share: 0.4 },
  services: { share: 0.4 },
  data: { share: 0.3, moving: 0.75 },
  verification: { share: 0.45 },
  acceptance: { share: 0.1 },
};

/** Review, each stage while it runs, each stage when it is done, the report. */
export async function walk(wizard: Wizard, camera: Camera): Promise<void> {
  const scenes = stageIds.flatMap((stage) => [`stage-${stage}-running`, `stage-${stage}`]);
  if (
    !camera.wants(
      'review',
      'review-stages',
      'overview-running',
      'overview',
      'log',
      'report',
      'report-preview',
      ...scenes,
    )
  )
    return;
  const { page } = await wizard.open({ theme: 'light', script: standstill });
  await openPage(page, 'review');
  await page.locator('.review-head').waitFor();
  await camera.shoot(page, 'review');
  await page.locator('.review-tools .ant-segmented-item').nth(1).click();
  await camera.shoot(page, 'review-stages');

  const wanted = stageIds.flatMap((stage) =>
    camera.wants(`stage-${stage}-running`, ...(stage === 'services' ? ['overview-running'] : []))
      ? moments[stage] === undefined
        ? []
        : [{ stage, ...moments[stage] }]
      : [],
  );
  await page.evaluate(`standstill.at(${JSON.stringify(wanted)})`);
  await page.locator('.review-begin button').click();
  const missed = await standAt(page, wanted, async (stage) => {
    await camera.shoot(page, `stage-${stage}-running`);
    if (stage !== 'services') return;
    await page.locator('.footer-progress').click();
    await page.locator('.overview-table').waitFor();
    await camera.shoot(page, 'overview-running');
    await page.keyboard.press('Escape');
  });
  for (const { stage } of missed) process.stderr.write(`stage-${stage}-running: the stage was over too soon\n`);
  for (const stage of stageIds.filter((id) => id !== 'acceptance')) {
    if (!camera.wants(`stage-${stage}`)) continue;
    await openPage(page, stage);
    await camera.shoot(page, `stage-${stage}`);
  }
  await openPage(page, 'environment');
  await page.locator('.log-toggle').click();
  await camera.shoot(page, 'log');
  await page.locator('.log-toggle').click();
  await page.locator('.footer-progress').click();
  await page.locator('.overview-table').waitFor();
  await camera.shoot(page, 'overview');
  await page.keyboard.press('Escape');

  await openPage(page, 'acceptance');
  await page.locator('.acceptance-verdict').waitFor();
  await camera.shoot(page, 'report');
  await page.locator('.acceptance-tools button').last().click();
  await page.locator('.acceptance-journal .ant-alert').waitFor();
  await page.evaluate(`document.querySelector('.acceptance-preview').scrollIntoView({ block: 'start' })`);
  await camera.shoot(page, 'report-preview');
  await page.context().close();
}
