import type { Page } from 'playwright-core';
import { pages } from '../../renderer/app/pages.ts';
import type { PageId } from '../../renderer/state/store.ts';

/** Opens a page of the wizard by its place in the rail, whatever the language. */
export async function openPage(page: Page, id: Exclude<PageId, 'start'>): Promise<void> {
  await page.locator('.rail button').nth(pages.indexOf(id)).click();
  await page.waitForFunction(`document.querySelectorAll('.rail button')[${pages.indexOf(id)}].ariaCurrent === 'step'`);
  // Panels draw from evidence that they ask for.
  await page.waitForTimeout(500);
}
