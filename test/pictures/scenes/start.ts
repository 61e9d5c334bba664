import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../../../electron/engine/engine.ts';
import { createRouter } from '../../../electron/engine/router.ts';
import { serve } from '../../../electron/server/server.ts';
import type { Wizard } from '../../e2e/window.ts';
import { installerScripts } from '../../kit/practice-home.ts';
import type { Camera } from '../camera.ts';

/** The very first start: a data folder without any site. */
export async function firstStart(wizard: Wizard, camera: Camera): Promise<void> {
  if (!camera.wants('start-empty', 'start-new')) return;
  const home = mkdtempSync(join(tmpdir(), 'sitewright-pictures-'));
  const practice = () => Promise.reject(new Error('this folder only shows an empty start'));
  const engine = createEngine({ home, scripts: installerScripts, practice });
  const server = await serve(createRouter(engine));
  try {
    const context = await wizard.browser.newContext({ locale: 'zh-CN' });
    const page = await context.newPage();
    await page.goto(server.address);
    await page.locator('.start-empty').waitFor();
    await camera.shoot(page, 'start-empty');
    await page.locator('.start-choice button').first().click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    const field = (at: number) => dialog.locator('.field input').nth(at);
    await field(0).fill('华北某钢铁集团一号机房');
    await field(1).fill('Plant 1');
    await field(2).fill('华北某钢铁集团');
    await field(3).fill('granite otter velvet 42');
    await field(4).fill('granite otter velvet');
    await dialog.locator('.ant-btn-primary').click();
    await camera.shoot(page, 'start-new');
    await context.close();
  } finally {
    await server.close();
    await engine.close();
    rmSync(home, { recursive: true, force: true });
  }
}
