import assert from 'node:assert/strict';
import type { Page } from 'playwright-core';

/** What has the focus, in words: its label, or what it says. */
const focused = `(() => {
  const at = document.activeElement;
  return at === null || at === document.body ? '' : (at.getAttribute('aria-label') ?? at.textContent ?? '').replace(/\\s+/g, ' ').trim();
})()`;

/** Presses Tab until something whose words match has the focus, as a person without a mouse does. */
export async function tabTo(page: Page, words: RegExp): Promise<void> {
  const seen: string[] = [];
  for (let presses = 0; presses < 150; presses += 1) {
    const here = await page.evaluate<string>(focused);
    if (words.test(here)) return;
    seen.push(here.slice(0, 40));
    await page.keyboard.press('Tab');
  }
  assert.fail(`nothing that says ${words} is reached by Tab: ${[...new Set(seen)].join(' | ')}`);
}

/** Every text made 40 % longer, as another language would; then what no longer fits: cut words, and a page wider than its window. */
export async function overflowsWhenLonger(page: Page): Promise<readonly string[]> {
  return await page.evaluate<readonly string[]>(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const node of texts) {
      const words = node.data.trim();
      const parent = node.parentElement;
      // Figures, codes and names do not grow with a language.
      if (words.length < 3 || !/[a-z]{3}/i.test(words) || parent.closest('svg, pre, code, .mono, input, textarea, .log-lines')) continue;
      node.data = node.data.trimEnd() + ' ' + 'lengthen '.repeat(Math.ceil(words.length * 0.4 / 9)).slice(0, Math.ceil(words.length * 0.4));
    }
    const found = [];
    const root = document.scrollingElement;
    if (root.scrollWidth > innerWidth + 1) found.push('the page is ' + root.scrollWidth + ' px wide');
    for (const node of texts) {
      const at = node.parentElement;
      if (at === null || at.closest('.visually-hidden, [aria-hidden="true"], svg')) continue;
      for (let box = at; box !== null && box !== document.body; box = box.parentElement) {
        const style = getComputedStyle(box);
        if (style.overflowX === 'auto' || style.overflowX === 'scroll') break;
        if (style.overflowX === 'visible') continue;
        // Cut on purpose is cut with dots, and says all of it in a title.
        const told = style.textOverflow === 'ellipsis' && (box.title !== '' || box.closest('[title]') !== null);
        if (box.scrollWidth > box.clientWidth + 1 && box.clientWidth > 0 && !told)
          found.push(box.tagName.toLowerCase() + '.' + box.className + ': ' + (box.textContent ?? '').slice(0, 60));
        break;
      }
    }
    return [...new Set(found)];
  })()`);
}
