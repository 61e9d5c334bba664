/** The wizard in a browser, from the start page through the first stages. `planted`: something then tries to leave. */
import { lookup } from 'node:dns/promises';
import { connect } from 'node:net';
import { goTo, openWizard } from '../../e2e/window.ts';
import { browserForTests } from '../../kit/browser.ts';

const program = browserForTests();
if ('skipped' in program) throw new Error(program.skipped);
const wizard = await openWizard(program.browser);
try {
  const { page } = await wizard.open({ theme: 'light' });
  for (const name of ['Site and inventory', 'Review and begin']) await goTo(page, name);
  await page.getByRole('button', { name: 'Begin', exact: true }).click();
  await page.locator('.rail button', { hasText: /Certificates.*done/ }).waitFor({ timeout: 120_000 });
  for (const name of ['Environment checks', 'Dependency checks', 'Certificates']) await goTo(page, name);
  await page.locator('.footer-progress').click();
  await page.getByRole('dialog').waitFor();
  console.log('walked');
  if (process.argv[2] === 'planted') {
    const tab = await wizard.browser.newPage();
    await tab.goto('http://page.example/', { timeout: 3000 }).catch(() => undefined);
    await tab.goto('http://203.0.113.7/', { timeout: 3000 }).catch(() => undefined);
    await lookup('engine.example').catch(() => undefined);
    const socket = connect(443, '203.0.113.8').on('error', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 500));
    socket.destroy();
  }
} finally {
  await wizard.close();
}
