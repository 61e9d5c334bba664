import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import type { Options, Theme, Variant } from './options.ts';

/** Takes the pictures of one scene after the other. */
export type Camera = {
  /** Photographs the window as it stands in every wanted variant: language and theme change in the living window. */
  readonly shoot: (page: Page, scene: string) => Promise<void>;
  /** Whether any picture of these scenes is wanted. */
  readonly wants: (...scenes: readonly string[]) => boolean;
  readonly taken: () => number;
};

/** Longest page that is taken as a whole, px. */
const longest = 6000;

export function createCamera(
  options: Options,
  write: (png: Buffer, name: string, variant: Variant) => { readonly file: string; readonly content: Buffer },
): Camera {
  mkdirSync(options.folder, { recursive: true });
  let taken = 0;
  const keep = (png: Buffer, name: string, variant: Variant) => {
    const { file, content } = write(png, name, variant);
    writeFileSync(join(options.folder, file), content);
    taken += 1;
  };
  return {
    taken: () => taken,
    wants: (...scenes) => scenes.some(options.wants),
    shoot: async (page, scene) => {
      if (!options.wants(scene)) return;
      const locale = await page.evaluate<string>('document.documentElement.lang');
      // Starting with the language of the moment saves a change.
      const variants = options.variants[0]?.locale === locale ? options.variants : [...options.variants].reverse();
      for (const variant of variants) {
        await dress(page, variant);
        keep(await page.screenshot({ animations: 'disabled' }), scene, variant);
        if (!options.whole || variant.size.width !== 1280) continue;
        const hidden = await page.evaluate<number>(
          `(() => { const main = document.querySelector('main'); return main.scrollHeight - main.clientHeight; })()`,
        );
        if (hidden <= 0) continue;
        const top = await page.evaluate<number>(`document.querySelector('main').scrollTop`);
        await page.setViewportSize({ ...variant.size, height: Math.min(longest, variant.size.height + hidden) });
        await settled(page);
        keep(await page.screenshot({ animations: 'disabled' }), `${scene}.whole`, variant);
        await page.setViewportSize(variant.size);
        await page.evaluate(`document.querySelector('main').scrollTop = ${top}`);
      }
    },
  };
}

/** Changes the window to a variant by its own controls, reached as a script does: a dialog may lie over them. */
async function dress(page: Page, { locale, theme, size }: Variant): Promise<void> {
  await page.setViewportSize(size);
  if ((await page.evaluate('document.documentElement.style.colorScheme')) !== theme) await changeTheme(page, theme);
  if ((await page.evaluate('document.documentElement.lang')) !== locale) {
    await page.evaluate(
      `document.querySelector('header .ant-select').dispatchEvent(new MouseEvent('mousedown', { bubbles: true }))`,
    );
    const option = `.ant-select-dropdown:not(.ant-select-dropdown-hidden) [title="${locale === 'zh-CN' ? '中文' : 'English'}"]`;
    await page.waitForSelector(option, { state: 'attached' });
    await page.evaluate(`document.querySelector(${JSON.stringify(option)}).click()`);
    await page.waitForFunction(`document.documentElement.lang === '${locale}'`);
    await page.waitForSelector('.ant-select-dropdown:not(.ant-select-dropdown-hidden)', { state: 'hidden' });
  }
  await page.mouse.move(size.width / 2, 2);
  // The focus that a change of language leaves behind is no part of the page.
  await page.evaluate(`if (document.activeElement?.closest('header')) document.activeElement.blur()`);
  await settled(page);
}

async function changeTheme(page: Page, theme: Theme): Promise<void> {
  await page.evaluate(`document.querySelectorAll('header .ant-segmented input')[${theme === 'light' ? 0 : 1}].click()`);
  await page.waitForFunction(`document.documentElement.style.colorScheme === '${theme}'`);
}

/** Waits for fonts, and for what still moves. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    await Promise.all([400, 700].map((weight) => document.fonts.load(weight + ' 14px "Noto Sans SC"', '中')));
    await document.fonts.ready;
    for (let frame = 0; frame < 3; frame += 1) await new Promise((resolve) => requestAnimationFrame(resolve));
    await Promise.race([
      Promise.allSettled(document.getAnimations().filter((one) => one.effect?.getTiming().iterations !== Infinity).map((one) => one.finished)),
      new Promise((resolve) => setTimeout(resolve, 400)),
    ]);
  })()`);
}
