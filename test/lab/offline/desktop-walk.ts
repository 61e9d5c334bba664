/** The desktop on an empty data folder: the practice site from its window, through the first stages. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { practiceName } from '../../../electron/engine/practice-site.ts';
import { removePractice } from '../../../electron/practice/launch.ts';
import { clientThrough, openDesktopRoom } from '../../kit/desktop.ts';

const sample = fileURLToPath(new URL('../../../bundles/energy', import.meta.url));
const room = await openDesktopRoom();
if ('skipped' in room) throw new Error(room.skipped);
const { app, page, close } = await room.start();
try {
  await page.evaluate("localStorage.setItem('sitewright.locale', 'en-US')");
  const client = await clientThrough(page);
  const bundle = join(room.home, 'bundles', 'practice');
  await Promise.all([client.bundle.build({ source: sample, out: bundle }), client.practice.open({})]);
  await page.reload();
  await page
    .getByRole('button', { name: /Practice site/ })
    .first()
    .click();
  await page.getByRole('navigation').getByText('Review and begin').click();
  const begin = page.getByRole('button', { name: 'Begin', exact: true });
  const load = page.getByRole('button', { name: 'Read the plan' });
  await load.or(begin).first().waitFor();
  if (!(await begin.isVisible())) await load.click();
  await begin.click();
  await page.locator('.rail button', { hasText: /Certificates.*done/ }).waitFor({ timeout: 120_000 });
  const again = await clientThrough(page);
  await again.walk.cancel({ site: practiceName });
  // A run at work would ask whether the window may close.
  for await (const event of await again.walk.watch({ site: practiceName })) if (event.type === 'end') break;
  console.log('walked', app.process().pid);
} finally {
  await close();
  await removePractice(join(room.home, 'practice'));
  room.close();
}
